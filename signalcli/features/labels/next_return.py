"""What a model is asked: the return and the direction over the next bars, and when the answer is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.sets.lags import returns as returns_of
from signalcli.features.timeseries.panel import Panel

VOLATILITY_BARS = 20


class Target(NamedTuple):
    """Answers, (bars, symbols) each, NaN while unresolved.

    Parameters
    ----------
    forward_return : numpy.ndarray
        Return from this close on, a fraction.
    direction : numpy.ndarray
        1 up, 0 not up or flat, -1 down.
    span : numpy.ndarray
        Bars until all of it is known.
    """

    forward_return: np.ndarray
    direction: np.ndarray
    span: np.ndarray


def forward_return(close: np.ndarray, horizon: int) -> np.ndarray:
    """Return from this close to the close ``horizon`` bars ahead, a fraction; NaN while unresolved."""
    out = np.full(close.shape, np.nan)
    out[:-horizon] = close[horizon:] / close[:-horizon] - 1.0
    return out


def direction(returns: np.ndarray, dead_zone: float | np.ndarray) -> np.ndarray:
    """1 up and 0 not up, or with a dead zone -1, 0, 1; NaN where the return is unknown, never 0."""
    up = (returns > dead_zone).astype("float64")
    down = (returns < -dead_zone).astype("float64") if np.any(dead_zone > 0) else 0.0
    return np.where(np.isnan(returns), np.nan, up - down)


def expected_move(panel: Panel, horizon: int) -> np.ndarray:
    """Standard deviation of the return over ``horizon`` bars, from the last 20 bars as if independent."""
    return panel.trail("ret", lambda: returns_of(panel)).std(VOLATILITY_BARS) * np.sqrt(horizon)


def next_direction(panel: Panel, config: FeatureConfig) -> Target:
    """The direction of the close ``horizon`` bars ahead."""
    returns = forward_return(panel["close"], config.horizon)
    zone = _dead_zone(panel, config)
    found = np.where(np.isnan(zone), np.nan, direction(returns, zone))
    span = np.where(np.isnan(found), np.nan, float(config.horizon))
    return Target(returns, found, span)


def _dead_zone(panel: Panel, config: FeatureConfig) -> float | np.ndarray:
    """Half the width of the zone, a fraction."""
    if config.dead_zone_unit == "return" or config.dead_zone == 0:
        return config.dead_zone
    return config.dead_zone * expected_move(panel, config.horizon)
