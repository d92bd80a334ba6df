"""What a file of `signalcli.models.families` defines: a dataclass that learns from arrays.

`signalcli.models.estimators` makes a scikit-learn estimator of it. Neither scikit-learn nor a model library
is imported before it is fitted, so that models are listed, and saved models predict, without them.
"""

from __future__ import annotations

from typing import ClassVar

from signalcli.models.lazy import np


class Learner:
    """A model; a subclass is a dataclass of its parameters.

    Attributes
    ----------
    reads_few : bool
        It reads some columns only, so scikit-learn's checks do not expect it to learn from each.
    """

    reads_few: ClassVar[bool] = False


class ClassLearner(Learner):
    """A classifier; a subclass implements ``_fit(X, y)`` and ``_predict_proba(X)``.

    Attributes
    ----------
    classes_ : (n_classes,) array
        Sorted labels of the training rows.
    """

    classes_: np.ndarray

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class WeightedLearner(ClassLearner):
    """A classifier of weighted rows; ``_fit`` has one more argument: the weights, or None."""

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        raise NotImplementedError


class ValueLearner(Learner):
    """A forecaster of a value; a subclass implements ``_fit(X, y)`` and ``_predict(X)``."""

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        raise NotImplementedError

    def _predict(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError
