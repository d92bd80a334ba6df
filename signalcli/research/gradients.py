"""How far back networks learn, as a table: the gradient of their loss by the bar of each lag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError
from signalcli.models.registry import MODELS, entry
from signalcli.training.walk_forward import EVERY_SYMBOL, matrix, refit

if TYPE_CHECKING:
    import pandas as pd

NETWORK = "neural.classifier:NetworkClassifier"


def gradients(features: pd.DataFrame, config: FitConfig) -> pd.DataFrame:
    """Norm of the gradient of the loss by the bar of each lag, of networks fitted on all resolved rows.

    Columns symbol, model, lag (0 = the newest bar), norm (of the loss by one bar in units of its deviation,
    the mean over rows), share of the largest norm of the model.
    """
    import pandas as pd

    for model in config.models:
        if entry(model).target != NETWORK:
            known = ", ".join(name for name, other in MODELS.items() if other.target == NETWORK)
            raise UsageError("INSPECT-MODEL", f"{model} is no network that learns by gradients; {known} are")
    return pd.DataFrame([row for model in config.models for row in _of_model(features, model, config)])


def _of_model(features: pd.DataFrame, model: str, config: FitConfig) -> Iterator[dict[str, Any]]:
    from signalcli.models.neural.gradients import norms_by_lag

    settings = {model: config.settings.get(model, {})}
    alone = FitConfig((model,), settings, config.pooled, config.random_state)
    for fitted in refit(features, alone):
        rows = fitted.trained_on
        found = norms_by_lag(
            fitted.estimator, matrix(rows, fitted.inputs), rows["direction"].to_numpy("int64")
        )
        for lag, norm in enumerate(found[::-1]):
            yield {
                "symbol": fitted.symbol or EVERY_SYMBOL,
                "model": model,
                "lag": lag,
                "norm": float(norm),
                "share": float(norm / found.max()) if found.max() else 0.0,
            }
