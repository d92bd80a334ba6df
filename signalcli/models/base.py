"""What every direction classifier of ours shares: input checks and the most probable class."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Watch = Callable[[int, int, float], None]
"""Called with the epochs that are done, those there are at the most, and the loss of the last one."""


class Range(NamedTuple):
    """Numbers that an argument of a model may be, both ends included."""

    low: float
    high: float = np.inf
    whole: bool = False


def check_ranges(estimator: BaseEstimator, allowed: dict[str, Range]) -> None:
    """Raise ValueError, as scikit-learn does at fit, for an argument outside its range."""
    for name, (low, high, whole) in allowed.items():
        value = getattr(estimator, name)
        number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            what = "a whole number" if whole else "a number"
            raise ValueError(f"{name}={value!r}: must be {what} from {low:g} to {high:g}")


class DirectionClassifier(ClassifierMixin, BaseEstimator):
    """Interface: a subclass has ``_learn(X, y)`` and ``_probabilities(X)`` and is final.

    Attributes
    ----------
    watch : Watch or None
        Told of every epoch while a model is fitted that has epochs; no parameter, so no clone has it.
    """

    classes_: np.ndarray
    watch: Watch | None = None

    def fit(self, X: Any, y: Any) -> DirectionClassifier:
        """Learn from rows.

        X : (n_rows, n_features) float; y : (n_rows,) labels. Raises ValueError as scikit-learn does.
        """
        X, y = self._checked(X, y)
        self.classes_ = np.unique(y)
        self._learn(X, y)
        return self

    def _checked(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        X, y = validate_data(self, X, y, dtype="float64", order="C")
        check_classification_targets(y)
        return X, y

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probability of each class in the order of ``classes_``, (n_rows, n_classes); rows sum to 1."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="float64", order="C", reset=False)
        if len(self.classes_) == 1:
            return np.ones((len(X), 1))
        return self._probabilities(X)

    def predict(self, X: Any) -> np.ndarray:
        """Most probable class of each row."""
        most_probable = np.argmax(self.predict_proba(X), axis=1)
        return np.asarray(self.classes_[most_probable])

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class WeighedClassifier(DirectionClassifier):
    """Interface: a subclass has ``_learn(X, y, weight or None)`` and ``_probabilities(X)``."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> WeighedClassifier:
        """Learn from rows.

        X : (n_rows, n_features) float; y : (n_rows,) labels; sample_weight : (n_rows,) >= 0, where a row of
        weight 0 counts as absent. Raises ValueError as scikit-learn does.
        """
        X, y = self._checked(X, y)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        if not len(y):
            raise ValueError("all sample weights are zero: no row is left to learn from")
        self.classes_ = np.unique(y)
        self._learn(X, y, weight)
        return self

    def _learn(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        raise NotImplementedError
