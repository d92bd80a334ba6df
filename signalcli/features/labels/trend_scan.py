"""Direction of the clearest trend that begins at a bar (López de Prado 2019)."""

from __future__ import annotations

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.labels.next_return import Target, forward_return
from signalcli.features.timeseries import window_stats as shapes
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

SHORTEST = 2  # bars ahead: a line through two points says nothing of its error
EXACT = 1e-12  # share of the variance that rounding leaves of a straight line


def trend_scan(panel: Panel, config: FeatureConfig) -> Target:
    """1 when the line through the next log closes with the largest |t| rises, else 0.

    Lines over 2 … ``horizon`` bars ahead are tried, and which one wins is known when the last of them is: so
    ``span`` is the horizon, although ``forward_return`` ends with the winner.
    """
    close = panel["close"]
    trail = panel.trail("ln_close", lambda: np.log(close))
    best, returns = np.zeros(close.shape), np.full(close.shape, np.nan)
    for ahead in range(SHORTEST, config.horizon + 1):
        t = _lead(t_value(trail, ahead + 1), ahead)
        wins = (np.abs(t) > np.abs(best)) | (np.isnan(returns) & np.isfinite(t))
        np.copyto(best, t, where=wins)
        np.copyto(returns, forward_return(close, ahead), where=wins)
    unknown = np.isnan(forward_return(close, config.horizon))
    found = Target(returns, (best > 0).astype("float64"), np.full(close.shape, float(config.horizon)))
    return Target(*(np.where(unknown, np.nan, x) for x in found))


def t_value(trail: RollingWindows, width: int) -> np.ndarray:
    """Slope of the line through the last ``width`` values, in its standard errors; 0 when flat."""
    slope, total = shapes.slope(trail, width), trail.squares(width)
    explained = slope**2 * (width * (width**2 - 1) / 12)
    left = np.maximum(total - explained, EXACT * total)
    share = np.where(total == 0, 0.0, explained / np.where(total == 0, 1.0, left))
    return np.sign(slope) * np.sqrt(share * (width - 2))


def _lead(x: np.ndarray, k: int) -> np.ndarray:
    """The value k bars later: a label may look ahead, a feature may not."""
    out = np.full(x.shape, np.nan)
    out[: max(len(x) - k, 0)] = x[k:]
    return out
