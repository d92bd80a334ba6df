"""Exponential averages over a fixed number of bars."""

from __future__ import annotations

import numpy as np

NEGLIGIBLE = 1e-9  # weight below which an exponential average drops a bar


def memory(alpha: float) -> int:
    """Number of bars that an exponential average with smoothing factor ``alpha`` reads."""
    return int(np.ceil(np.log(NEGLIGIBLE) / np.log1p(-alpha)))


def decayed_sum(x: np.ndarray, decay: float, width: int) -> np.ndarray:
    """Weighted sum of the last ``width`` values; a value k bars old has the weight ``decay**k``.

    A window of a+b bars is a window of a bars plus one of the b bars before it. Doubling the width needs few
    steps, and the order of the additions depends on the width alone.
    """
    out, reach = x, 1
    doubled, span = x, 1  # the window whose width is the current power of two
    rest = width - 1
    while rest:
        if rest & 1:
            out, reach = _add_older(out, doubled, decay**reach, reach), reach + span
        rest >>= 1
        doubled, span = _add_older(doubled, doubled, decay**span, span), 2 * span
    return out


def _add_older(newer: np.ndarray, older: np.ndarray, weight: float, bars: int) -> np.ndarray:
    """Add the weighted value of ``older`` that stands ``bars`` rows earlier."""
    out = newer.copy()
    out[bars:] += weight * older[: max(len(older) - bars, 0)]
    return out


def ewm_mean(x: np.ndarray, alpha: float, warm_up: int) -> np.ndarray:
    """Exponentially weighted mean of the last `memory(alpha)` bars; NaN before ``warm_up`` known values.

    The textbook recursion never forgets its first value. This mean reads a fixed number of bars, and the two
    agree to 1e-9 once both have seen that many.
    """
    known = np.isfinite(x)
    width = memory(alpha)
    total = decayed_sum(np.where(known, x, 0.0), 1.0 - alpha, width)
    weight = decayed_sum(known.astype("float64"), 1.0 - alpha, width)
    enough = np.cumsum(known, axis=0) >= warm_up
    return np.where(enough & known, total / np.where(weight > 0, weight, 1.0), np.nan)


def wilder(x: np.ndarray, period: int) -> np.ndarray:
    """Wilder's average: alpha is 1 / period."""
    return ewm_mean(x, 1.0 / period, period)


def ema(x: np.ndarray, period: int) -> np.ndarray:
    """Exponential moving average: alpha is 2 / (period + 1)."""
    return ewm_mean(x, 2.0 / (period + 1), period)
