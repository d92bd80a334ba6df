"""Labels by fixed horizon: the return and the direction over the next bars."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.sets.lags import log_returns
from signalcli.features.timeseries.panel import Panel

VOLATILITY_BARS = 20


class Labels(NamedTuple):
    """Labels of every bar, arrays (bars, symbols); NaN until they are resolved.

    Parameters
    ----------
    forward_return : numpy.ndarray
        Return from this close on, a fraction.
    direction : numpy.ndarray
        1 up, 0 not up or flat, -1 down.
    span : numpy.ndarray
        Bars until the label is known.
    """

    forward_return: np.ndarray
    direction: np.ndarray
    span: np.ndarray


def forward_return(close: np.ndarray, horizon: int) -> np.ndarray:
    """Return from this close to the close ``horizon`` bars ahead, a fraction; NaN until resolved."""
    out = np.full(close.shape, np.nan)
    out[:-horizon] = close[horizon:] / close[:-horizon] - 1.0
    return out


def direction(returns: np.ndarray, dead_zone: float | np.ndarray) -> np.ndarray:
    """1 up and 0 not up, or with a dead zone 1, 0, -1; NaN (never 0) where the return is unknown."""
    up = (returns > dead_zone).astype("float64")
    down = (returns < -dead_zone).astype("float64") if np.any(dead_zone > 0) else 0.0
    return np.where(np.isnan(returns), np.nan, up - down)


def expected_move(panel: Panel, horizon: int) -> np.ndarray:
    """Volatility of the return over ``horizon`` bars: σ of the last 20 log returns times √horizon."""
    return panel.rolling("ret", lambda: log_returns(panel)).std(VOLATILITY_BARS) * np.sqrt(horizon)


def label_next_return(panel: Panel, config: FeatureConfig) -> Labels:
    """Direction of the return over ``horizon`` bars, from this close or from the next open."""
    returns = _target_return(panel, config)
    zone = _dead_zone(panel, config)
    directions = np.where(np.isnan(zone), np.nan, direction(returns, zone))
    span = np.where(np.isnan(directions), np.nan, float(config.label_bars))
    return Labels(returns, directions, span)


def _target_return(panel: Panel, config: FeatureConfig) -> np.ndarray:
    """Return from close to close, or from the next open to the open ``horizon`` bars after it."""
    if config.label_from == "close":
        return forward_return(panel["close"], config.horizon)
    from_open = forward_return(panel["open"], config.horizon)
    return np.concatenate([from_open[1:], np.full_like(from_open[:1], np.nan)])


def _dead_zone(panel: Panel, config: FeatureConfig) -> float | np.ndarray:
    """Half the width of the dead zone, a fraction."""
    if config.dead_zone_unit == "return" or config.dead_zone == 0:
        return config.dead_zone
    return config.dead_zone * expected_move(panel, config.horizon)
