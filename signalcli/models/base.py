"""Base classes of the estimators: input checks, most probable class, row weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

EpochCallback = Callable[[int, int, float], None]
"""Called after each epoch with the epochs done, the maximum number of epochs, and the last one's loss."""


class FewColumns(BaseEstimator):
    """Mix-in that tells scikit-learn's checks which models do not learn from each column.

    Attributes
    ----------
    reads_few : bool
        The model reads some columns only.
    """

    reads_few = False

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        for part in filter(None, [tags.classifier_tags, tags.regressor_tags]):
            part.poor_score = self.reads_few
        return tags


class DirectionClassifier(FewColumns, ClassifierMixin, BaseEstimator):
    """Base class; a subclass implements ``_fit(X, y)`` and ``_predict_proba(X)`` and is final.

    Attributes
    ----------
    epoch_callback : EpochCallback or None
        Called after each epoch by models that have epochs; not a parameter, so clones do not have it.
    """

    classes_: np.ndarray
    epoch_callback: EpochCallback | None = None

    def fit(self, X: Any, y: Any) -> DirectionClassifier:
        """Fit to rows.

        X : (n_rows, n_features) float; y : (n_rows,) labels. Raises ValueError as scikit-learn does.
        """
        X, y = self._validate(X, y)
        self.classes_ = np.unique(y)
        self._fit(X, y)
        return self

    def _validate(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        if _is_clean(X) and _are_integers(y, len(X)):
            self.n_features_in_ = X.shape[1]
            self.__dict__.pop("feature_names_in_", None)  # of an earlier fit to a table
            return X, y
        X, y = validate_data(self, X, y, dtype="float64", order="C")
        check_classification_targets(y)
        return X, y

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probability of each class in the order of ``classes_``, (n_rows, n_classes); rows sum to 1."""
        check_is_fitted(self)
        if not _is_clean(X) or X.shape[1] != self.n_features_in_ or hasattr(self, "feature_names_in_"):
            X = validate_data(self, X, dtype="float64", order="C", reset=False)
        if len(self.classes_) == 1:
            return np.ones((len(X), 1))
        return self._predict_proba(X)

    def predict(self, X: Any) -> np.ndarray:
        """Most probable class of each row, (n_rows,)."""
        most_probable = np.argmax(self.predict_proba(X), axis=1)
        return np.asarray(self.classes_[most_probable])

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class WeightedClassifier(DirectionClassifier):
    """Base class; a subclass implements ``_fit(X, y, weight or None)`` and ``_predict_proba(X)``."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> WeightedClassifier:
        """Fit to rows.

        X : (n_rows, n_features) float; y : (n_rows,) labels; sample_weight : (n_rows,) >= 0, where a row of
        weight 0 counts as absent. Raises ValueError as scikit-learn does.
        """
        X, y = self._validate(X, y)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        if not len(y):
            raise ValueError("all sample weights are zero; give at least one row a positive weight")
        self.classes_ = np.unique(y)
        self._fit(X, y, weight)
        return self

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        raise NotImplementedError


class ValueRegressor(FewColumns, RegressorMixin, BaseEstimator):
    """Base class; a subclass implements ``_fit(X, y)`` and ``_predict(X)`` and is final."""

    def fit(self, X: Any, y: Any) -> ValueRegressor:
        """Fit to rows. X : (n_rows, n_features) float, oldest value first; y : (n_rows,) float."""
        self._fit(*validate_data(self, X, y, dtype="float64", order="C", y_numeric=True))
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Value of each row, (n_rows,)."""
        check_is_fitted(self)
        return self._predict(validate_data(self, X, dtype="float64", order="C", reset=False))

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _predict(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError


def _is_clean(X: Any) -> bool:
    """Whether X is what `validate_data` would return; its checks take longer than an AR model's fit."""
    plain = type(X) is np.ndarray and X.dtype == np.float64 and X.ndim == 2 and X.flags.c_contiguous
    return plain and X.size > 0 and bool(np.isfinite(X).all())


def _are_integers(y: Any, rows: int) -> bool:
    """Whether y is an array of one integer for each row."""
    return type(y) is np.ndarray and y.dtype == np.int64 and y.shape == (rows,)
