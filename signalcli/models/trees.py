"""Gradient-boosted trees on every feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from signalcli.models.base import Range, WeighedClassifier, check_ranges

# LightGBM would print a line of its own before it refuses.
RANGES = {
    "n_estimators": Range(1, whole=True),
    "learning_rate": Range(1e-6),
    "num_leaves": Range(2, 131072, whole=True),
    "min_child_samples": Range(0, whole=True),
    "subsample": Range(1e-6, 1),
    "colsample_bytree": Range(1e-6, 1),
    "reg_lambda": Range(0),
}


SMALL = 5_000_000  # cells


class TreeParameters(BaseEstimator):
    """Interface: the signature of both kinds of trees, kept small because daily returns are almost noise.

    Parameters
    ----------
    n_estimators : int
        Number of boosting rounds.
    learning_rate : float
        Share of each round's correction that is applied.
    num_leaves : int
        Leaves of a tree at the most.
    min_child_samples : int
        Training rows in a leaf at the least.
    subsample : float
        Share of the rows drawn for each round.
    colsample_bytree : float
        Share of the features drawn for each round.
    reg_lambda : float
        L2 penalty on leaf values.
    random_state : int
        Decides the draws; same seed, same bytes, for any number of threads.

    Notes
    -----
    Source: Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree.
    """

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        learning_rate: float = 0.03,
        num_leaves: int = 7,
        min_child_samples: int = 20,
        subsample: float = 0.8,
        colsample_bytree: float = 0.5,
        reg_lambda: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.reg_lambda = reg_lambda
        self.random_state = random_state

    def _lightgbm(self, kind: str, X: np.ndarray) -> Any:
        """An unfitted estimator of LightGBM that prints nothing and whose bytes the seed decides."""
        import lightgbm

        check_ranges(self, RANGES)
        return getattr(lightgbm, kind)(
            **self.get_params(),
            n_jobs=_threads(X),
            subsample_freq=1,
            deterministic=True,
            force_row_wise=True,
            verbose=-1,
        )


class TreeClassifier(WeighedClassifier, TreeParameters):
    """LightGBM says directions. Parameters: `TreeParameters`."""

    def _learn(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        booster = self._lightgbm("LGBMClassifier", X)
        if len(self.classes_) > 1:
            self.booster_ = booster.fit(X, y, sample_weight=weight)

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        # The booster itself, because the wrapper checks X a second time and asks for feature names.
        up = np.asarray(self.booster_.booster_.predict(X, num_threads=_threads(X)))
        return np.column_stack([1 - up, up]) if up.ndim == 1 else up


class TreeRegressor(RegressorMixin, TreeParameters):
    """LightGBM says values, never beyond those it was trained on. Parameters: `TreeParameters`."""

    def fit(self, X: Any, y: Any) -> TreeRegressor:
        """Learn from rows. X : (n_rows, n_features) float; y : (n_rows,) float."""
        X, y = validate_data(self, X, y, dtype="float64", order="C", y_numeric=True)
        self.booster_ = self._lightgbm("LGBMRegressor", X).fit(X, y)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Value of each row, (n_rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="float64", order="C", reset=False)
        return np.asarray(self.booster_.booster_.predict(X, num_threads=_threads(X)))


def _threads(X: np.ndarray) -> int:
    """One thread for a small table: several wait for each other at every split, long on a busy machine."""
    return 1 if X.size < SMALL else -1
