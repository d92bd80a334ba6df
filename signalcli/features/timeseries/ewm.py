"""Exponential averages over a known number of bars, by windows of doubled width."""

from __future__ import annotations

import numpy as np

from signalcli.features.timeseries.lag import memory


def decayed(x: np.ndarray, keep: float, width: int) -> np.ndarray:
    """Sum of the last ``width`` values, each weighed ``keep`` times the one after it.

    A window of a+b bars is one of a bars and one of b bars before it, so that a few steps are enough and the
    order of additions depends on the width alone.
    """
    out, reach = x, 1
    doubled, span = x, 1  # the window of the present power of two
    rest = width - 1
    while rest:
        if rest & 1:
            out, reach = _joined(out, doubled, keep**reach, reach), reach + span
        rest >>= 1
        doubled, span = _joined(doubled, doubled, keep**span, span), 2 * span
    return out


def _joined(newer: np.ndarray, older: np.ndarray, weight: float, bars: int) -> np.ndarray:
    out = newer.copy()
    out[bars:] += weight * older[: max(len(older) - bars, 0)]
    return out


def smoothed(x: np.ndarray, alpha: float, warm_up: int) -> np.ndarray:
    """Exponentially weighted mean of the last `memory(alpha)` bars; NaN before ``warm_up`` known values.

    The textbook recursion never forgets its start; this one does, after `memory` bars, which makes it a
    function of a known number of bars. The two agree to 1e-9 once both have seen that many.
    """
    known = np.isfinite(x)
    width = memory(alpha)
    total = decayed(np.where(known, x, 0.0), 1.0 - alpha, width)
    weight = decayed(known.astype("float64"), 1.0 - alpha, width)
    enough = np.cumsum(known, axis=0) >= warm_up
    return np.where(enough & known, total / np.where(weight > 0, weight, 1.0), np.nan)


def wilder(x: np.ndarray, period: int) -> np.ndarray:
    """Wilder's average: alpha 1 / period."""
    return smoothed(x, 1.0 / period, period)


def ema(x: np.ndarray, period: int) -> np.ndarray:
    """The usual exponential average: alpha 2 / (period + 1)."""
    return smoothed(x, 2.0 / (period + 1), period)
