"""Sums and extremes over the last bars, so that each value depends on its own window and nothing else.

Running sums would be faster, but a running sum remembers every bar it ever saw in its rounding; here the
last bit of a value is decided by the bars of its window alone, in a fixed order.
"""

from collections.abc import Callable

import numpy as np

FORGOTTEN = 1e-9  # weight below which an exponential average drops a bar


def lag(x: np.ndarray, k: int) -> np.ndarray:
    """The value k ≥ 0 bars ago, NaN for the first k bars."""
    out = np.full(len(x), np.nan)
    out[k:] = x[: max(len(x) - k, 0)]  # fewer than k bars: nothing is known
    return out


def fold(x: np.ndarray, width: int, combine: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Combine each value with the width-1 before it, newest first; NaN until there are enough."""
    out = x.copy()
    for k in range(1, width):
        out = combine(out, lag(x, k))
    return out


def mean(x: np.ndarray, width: int) -> np.ndarray:
    """Mean of the last ``width`` values."""
    return fold(x, width, np.add) / width


def std(x: np.ndarray, width: int) -> np.ndarray:
    """Sample standard deviation (ddof 1) of the last ``width`` values, in two passes; exactly 0 when flat."""
    centre = mean(x, width)
    total = np.zeros(len(x))
    for k in range(width):
        total += (lag(x, k) - centre) ** 2
    flat = maximum(x, width) == minimum(x, width)
    return np.where(flat, 0.0, np.sqrt(total / (width - 1)))


def minimum(x: np.ndarray, width: int) -> np.ndarray:
    """Smallest of the last ``width`` values."""
    return fold(x, width, np.minimum)


def maximum(x: np.ndarray, width: int) -> np.ndarray:
    """Largest of the last ``width`` values."""
    return fold(x, width, np.maximum)


def memory(alpha: float) -> int:
    """Bars after which an exponential average with this smoothing has forgotten a value."""
    return int(np.ceil(np.log(FORGOTTEN) / np.log1p(-alpha)))


def exponential(x: np.ndarray, alpha: float, warm_up: int) -> np.ndarray:
    """Exponentially weighted mean over the last `memory(alpha)` known values; NaN before ``warm_up`` of them.

    The textbook recursion never forgets its start; this one does, after `memory` bars, which makes it a
    function of a known number of bars. The two agree to 1e-9 once both have seen that many.
    Leading NaN are unknown, not zero; a NaN further on is not expected.
    """
    known = np.isfinite(x).astype(float)
    values = np.where(known > 0, x, 0.0)
    weight, total, weights = 1.0, np.zeros(len(x)), np.zeros(len(x))
    for k in range(min(memory(alpha), len(x))):
        total[k:] += weight * values[: len(x) - k]
        weights[k:] += weight * known[: len(x) - k]
        weight *= 1.0 - alpha
    seen = np.cumsum(known)
    return np.where(seen >= warm_up, total / np.where(weights > 0, weights, 1.0), np.nan)


def ratio(numerator: np.ndarray, denominator: np.ndarray, undefined: float) -> np.ndarray:
    """Quotient; where the denominator is 0 (nothing moved) the stated neutral value."""
    zero = denominator == 0
    return np.where(zero, undefined, numerator / np.where(zero, 1.0, denominator))
