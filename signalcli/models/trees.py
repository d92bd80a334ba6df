"""Gradient-boosted trees on every feature.

Source: Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from signalcli.models.base import WeightedClassifier
from signalcli.models.fields import check_parameters
from signalcli.models.parameters import TreeParameters

SMALL_TABLE = 5_000_000  # cells


class TreeClassifier(TreeParameters, WeightedClassifier):
    """Direction classifier of LightGBM. Parameters: `TreeParameters`."""

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        booster = _make_booster("LGBMClassifier", self, X)
        if len(self.classes_) > 1:
            self.booster_ = booster.fit(X, y, sample_weight=weight)

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        p_up = _predict(self.booster_, X)
        return np.column_stack([1 - p_up, p_up]) if p_up.ndim == 1 else p_up


class TreeRegressor(TreeParameters, RegressorMixin, BaseEstimator):
    """Regressor of LightGBM; its predictions stay within the range of y. Parameters: `TreeParameters`."""

    def fit(self, X: Any, y: Any) -> TreeRegressor:
        """Fit to rows. X : (n_rows, n_features) float; y : (n_rows,) float."""
        X, y = validate_data(self, X, y, dtype="float64", order="C", y_numeric=True)
        self.booster_ = _make_booster("LGBMRegressor", self, X).fit(X, y)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Value of each row, (n_rows,)."""
        check_is_fitted(self)
        return _predict(self.booster_, validate_data(self, X, dtype="float64", order="C", reset=False))


def _make_booster(kind: str, model: BaseEstimator, X: np.ndarray) -> Any:
    """Unfitted, silent estimator of LightGBM whose result depends on data and seed only."""
    import lightgbm

    check_parameters(model)  # first, because LightGBM prints a line before it raises
    return getattr(lightgbm, kind)(
        **model.get_params(),
        n_jobs=_threads(X),
        subsample_freq=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )


def _predict(estimator: Any, X: np.ndarray) -> np.ndarray:
    """Output of the inner booster, because the wrapper checks X again and asks for feature names."""
    return np.asarray(estimator.booster_.predict(X, num_threads=_threads(X)))


def _threads(X: np.ndarray) -> int:
    """One thread for a small table, where threads would wait for each other at every split; else all."""
    return 1 if X.size < SMALL_TABLE else -1
