"""Trend-scanning labels: direction of the most significant trend that starts at a bar.

Source: López de Prado 2019.
"""

from __future__ import annotations

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.labels.next_return import Labels, forward_return
from signalcli.features.timeseries import window_stats
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

SHORTEST = 2  # bars ahead; a line through two points has no error to measure
ROUNDING = 1e-12  # share of the variance that rounding leaves as the residual of an exact line


def label_trend_scan(panel: Panel, config: FeatureConfig) -> Labels:
    """1 when the least-squares line with the largest |t| rises, else 0.

    Lines through the log closes of the next 2 … ``horizon`` bars are compared. The label is known when the
    last line is, so ``span`` is the horizon, although ``forward_return`` ends with the chosen line.
    """
    close = panel["close"]
    windows = panel.rolling("ln_close", lambda: np.log(close))
    best, returns = np.zeros(close.shape), np.full(close.shape, np.nan)
    for ahead in range(SHORTEST, config.horizon + 1):
        t = _lead(t_value(windows, ahead + 1), ahead)
        better = (np.abs(t) > np.abs(best)) | (np.isnan(returns) & np.isfinite(t))
        np.copyto(best, t, where=better)
        np.copyto(returns, forward_return(close, ahead), where=better)
    unknown = np.isnan(forward_return(close, config.horizon))
    labels = Labels(returns, (best > 0).astype("float64"), np.full(close.shape, float(config.horizon)))
    return Labels(*(np.where(unknown, np.nan, x) for x in labels))


def t_value(windows: RollingWindows, width: int) -> np.ndarray:
    """Student's t of the least-squares slope over the last ``width`` values; 0 when flat."""
    slope, total = window_stats.slope(windows, width), windows.squares(width)
    explained = slope**2 * window_stats.time_squares(width)
    residual = np.maximum(total - explained, ROUNDING * total)
    share = np.where(total == 0, 0.0, explained / np.where(total == 0, 1.0, residual))
    return np.sign(slope) * np.sqrt(share * (width - 2))


def _lead(x: np.ndarray, k: int) -> np.ndarray:
    """The value k bars later; labels may look ahead, features may not."""
    out = np.full(x.shape, np.nan)
    out[: max(len(x) - k, 0)] = x[k:]
    return out
