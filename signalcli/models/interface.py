"""What every direction classifier of ours shares: input checks and the most probable class."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class DirectionClassifier(ClassifierMixin, BaseEstimator):
    """Interface: a subclass has ``_learn(X, y)`` and ``_probabilities(X)`` and is final."""

    classes_: np.ndarray

    def fit(self, X: Any, y: Any) -> DirectionClassifier:
        """Learn from rows.

        X : (n_rows, n_features) float; y : (n_rows,) labels. Raises ValueError as scikit-learn does.
        """
        X, y = validate_data(self, X, y, dtype="float64", order="C")
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        self._learn(X, y)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probability of each class in the order of ``classes_``, (n_rows, n_classes); rows sum to 1."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="float64", order="C", reset=False)
        if len(self.classes_) == 1:
            return np.ones((len(X), 1))
        return self._probabilities(X)

    def predict(self, X: Any) -> np.ndarray:
        """Most probable class of each row."""
        return np.asarray(self.classes_[np.argmax(self.predict_proba(X), axis=1)])

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError
