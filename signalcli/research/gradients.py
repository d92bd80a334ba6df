"""Gradient of the loss of networks by the lag of the input bar: how far back a network can learn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError
from signalcli.models.neural.gradients import norms_by_lag
from signalcli.models.registry import MODELS, entry
from signalcli.training.arrays import matrix
from signalcli.training.plan import EVERY_SYMBOL
from signalcli.training.refit import refit

NETWORK = "NetworkClassifier"


def gradients_by_lag(features: pd.DataFrame, config: FitConfig) -> pd.DataFrame:
    """Norm of the gradient of the loss by lag, for networks fitted on all labeled rows.

    Columns symbol, model, lag (0 = the newest bar), norm (of the gradient by the scaled inputs of one bar,
    mean over rows), share (of the largest norm of the model). Raises UsageError for other models.
    """
    for model in config.models:
        if entry(model).class_name != NETWORK:
            networks = ", ".join(name for name, other in MODELS.items() if other.class_name == NETWORK)
            raise UsageError(
                "INSPECT-MODEL",
                f"--model {model}: is not trained by gradient descent; choose from {networks}",
            )
    return pd.DataFrame([row for model in config.models for row in _rows(features, model, config)])


def _rows(features: pd.DataFrame, model: str, config: FitConfig) -> Iterator[dict[str, Any]]:
    settings = {model: config.settings.get(model, {})}
    for fitted in refit(features, FitConfig((model,), settings, config.pooled, config.random_state)):
        rows = fitted.trained_on
        X, y = matrix(rows, fitted.inputs), rows["direction"].to_numpy("int64")
        norms = norms_by_lag(fitted.estimator, X, y)  # oldest bar first
        for lag, norm in enumerate(norms[::-1]):
            yield {
                "symbol": fitted.symbol or EVERY_SYMBOL,
                "model": model,
                "lag": lag,
                "norm": float(norm),
                "share": float(norm / norms.max()) if norms.max() else 0.0,
            }
