"""Sums and extremes over the last bars, so that each value depends on its own window and nothing else.

Running sums would be faster, but a running sum remembers every bar it ever saw in its rounding; here the
last bit of a value is decided by the bars of its window alone, in a fixed order.

Arrays are (bars,) or (bars, symbols): time runs along the first axis, and columns never mix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

FORGOTTEN = 1e-9  # weight below which an exponential average drops a bar


def lag(x: np.ndarray, k: int) -> np.ndarray:
    """The value k ≥ 0 bars ago, NaN for the first k bars."""
    out = np.full(x.shape, np.nan)
    out[k:] = x[: max(len(x) - k, 0)]  # fewer than k bars: nothing is known
    return out


def fold(
    x: np.ndarray, width: int, combine: Callable[..., Any], done: np.ndarray | None = None, first: int = 1
) -> np.ndarray:
    """Combine each value with the width-1 before it, newest first; NaN until there are enough.

    ``done`` is what the newest ``first`` values gave, where somebody has it already.
    """
    out = x.copy() if done is None else done.copy()
    for k in range(first, min(width, len(x))):
        combine(out[k:], x[:-k], out=out[k:])
    out[: width - 1] = np.nan
    return out


def mean(x: np.ndarray, width: int) -> np.ndarray:
    """Mean of the last ``width`` values."""
    return fold(x, width, np.add) / width


def moment(x: np.ndarray, width: int, centre: np.ndarray, power: int = 2) -> np.ndarray:
    """Sum of the powers of the last ``width`` values' distances from ``centre``."""
    total, step = np.zeros(x.shape), np.empty(x.shape)
    for k in range(min(width, len(x))):
        distance = step[k:]
        np.subtract(x[: len(x) - k], centre[k:], out=distance)
        powered = np.square(distance, out=distance) if power == 2 else distance * distance * distance
        np.add(total[k:], powered, out=total[k:])
    total[: width - 1] = np.nan
    return total


def std(x: np.ndarray, width: int) -> np.ndarray:
    """Sample standard deviation (ddof 1) of the last ``width`` values, in two passes; exactly 0 when flat."""
    flat = maximum(x, width) == minimum(x, width)
    return spread(moment(x, width, mean(x, width)), width, flat)


def spread(total: np.ndarray, width: int, flat: np.ndarray) -> np.ndarray:
    """Standard deviation from a sum of squares, which is used up; exactly 0 where the window is flat."""
    np.sqrt(np.divide(total, width - 1, out=total), out=total)
    np.copyto(total, 0.0, where=flat)
    return total


def extreme(x: np.ndarray, width: int, choose: Callable[..., np.ndarray]) -> np.ndarray:
    """Largest or smallest of the last ``width`` values, by windows of doubled width."""
    out, reach = x, 1
    while reach < width:
        step = min(reach, width - reach)
        wider = np.empty(x.shape)
        choose(out[step:], out[: max(len(x) - step, 0)], out=wider[step:])
        wider[:step] = np.nan
        out, reach = wider, reach + step
    return out


def minimum(x: np.ndarray, width: int) -> np.ndarray:
    """Smallest of the last ``width`` values."""
    return extreme(x, width, np.minimum)


def maximum(x: np.ndarray, width: int) -> np.ndarray:
    """Largest of the last ``width`` values."""
    return extreme(x, width, np.maximum)


def memory(alpha: float) -> int:
    """Bars after which an exponential average with this smoothing has forgotten a value."""
    return int(np.ceil(np.log(FORGOTTEN) / np.log1p(-alpha)))


def exponential(x: np.ndarray, alpha: float, warm_up: int) -> np.ndarray:
    """Exponentially weighted mean over the last `memory(alpha)` known values; NaN before ``warm_up`` of them.

    The textbook recursion never forgets its start; this one does, after `memory` bars, which makes it a
    function of a known number of bars. The two agree to 1e-9 once both have seen that many.
    Leading NaN are unknown, not zero; a NaN further on is not expected.
    """
    known = np.isfinite(x)
    values = np.where(known, x, 0.0)
    weight, total = 1.0, np.zeros(x.shape)
    weights = np.zeros(min(memory(alpha), len(x)) + 1)
    scaled = np.empty(x.shape)
    for k in range(min(memory(alpha), len(x))):
        np.add(total[k:], np.multiply(values[: len(x) - k], weight, out=scaled[k:]), out=total[k:])
        weights[k + 1] = weights[k] + weight
        weight *= 1.0 - alpha
    seen = np.cumsum(known, axis=0)
    return np.where(seen >= warm_up, total / weights[np.clip(seen, 1, len(weights) - 1)], np.nan)


def ratio(numerator: np.ndarray, denominator: np.ndarray, undefined: float) -> np.ndarray:
    """Quotient; where the denominator is 0 (nothing moved) the stated neutral value."""
    zero = denominator == 0
    return np.where(zero, undefined, numerator / np.where(zero, 1.0, denominator))
