"""What each column adds to the score of a row: contributions of trees, gradient × input of networks.

Source: Lundberg, Erion and Lee (2018), Consistent individualized feature attribution for tree ensembles;
Shrikumar, Greenside and Kundaje (2017), Learning important features through propagating activation
differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from signalcli.models.meta.calibrated import Calibrated
from signalcli.models.meta.conformal import Conformal


def contributions(estimator: Any, X: np.ndarray) -> np.ndarray | None:
    """SHAP values of the raw score (log-odds) of the highest class, (n_rows, n_columns + 1).

    The last column is the expected score, so a row sums to its raw score, the one before calibration.
    None for a model that is not made of trees of LightGBM.
    """
    booster = _booster(_unwrapped(estimator))
    if booster is None:
        return None
    values = np.asarray(booster.predict(X, pred_contrib=True))
    return values[:, -(X.shape[1] + 1) :]  # with three classes those of the last one


def gradients_times_inputs(estimator: Any, X: np.ndarray) -> np.ndarray | None:
    """Gradient of the log-odds of the highest class by each scaled value, times that value.

    (n_rows, n_columns), log-odds; None for a model that is no network. The mean of a channel is its zero.
    """
    model = _unwrapped(estimator)
    if type(model).__name__ != "NetworkClassifier":
        return None
    from signalcli.models.neural.gradients import scores_by_input

    return scores_by_input(model, X)


def mean_size(values: np.ndarray, columns: Sequence[int]) -> float:
    """Mean over rows of the size of what columns add together."""
    return float(np.abs(values[:, list(columns)].sum(axis=1)).mean())


ATTRIBUTIONS: dict[str, Callable[[Any, np.ndarray], np.ndarray | None]] = {
    "contribution": contributions,
    "gradient": gradients_times_inputs,
}


def _unwrapped(estimator: Any) -> Any:
    while isinstance(estimator, Conformal | Calibrated):
        estimator = estimator.model
    return estimator


def _booster(model: Any) -> Any:
    """The booster of LightGBM in a model of ours or of one's own; None without one."""
    inner = getattr(model, "booster_", None) or getattr(model, "estimator_", None)
    booster = getattr(inner, "booster_", None)
    return booster if type(booster).__module__.partition(".")[0] == "lightgbm" else None
