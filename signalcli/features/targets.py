"""What a model is asked: the return and the direction over the next bars, and when the answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def forward_return(close: np.ndarray, horizon: int) -> np.ndarray:
    """Return from this close to the close ``horizon`` bars ahead, a fraction; NaN while unresolved."""
    out = np.full(len(close), np.nan)
    out[: len(close) - horizon] = close[horizon:] / close[: len(close) - horizon] - 1.0
    return out


def direction(returns: np.ndarray, dead_zone: float) -> np.ndarray:
    """1 up and 0 not up, or with a dead zone -1, 0, 1; NaN where the return is unknown, never 0."""
    up = (returns > dead_zone).astype("float64")
    down = (returns < -dead_zone).astype("float64") if dead_zone > 0 else 0.0
    return np.where(np.isnan(returns), np.nan, up - down)


def targets(bars: pd.DataFrame, horizon: int, dead_zone: float) -> dict[str, Any]:
    """``forward_return``, ``direction`` and ``label_end`` (date at which both are known) of one symbol."""
    returns = forward_return(bars["close"].to_numpy(), horizon)
    return {
        "forward_return": returns,
        "direction": direction(returns, dead_zone),
        "label_end": bars["date"].shift(-horizon).to_numpy(),
    }
