"""Standard error of a mean over time when neighboring values are dependent (Newey and West 1987, 1994)."""

from __future__ import annotations

import math

import numpy as np


def lags(n: int, horizon: int) -> int:
    """Lags for n values whose labels look ``horizon`` bars ahead: 4 (n/100)^(2/9), at least horizon - 1."""
    return min(max(int(4 * (n / 100) ** (2 / 9)), horizon - 1), max(n - 1, 0))


def error_of_mean(x: np.ndarray, count: int) -> float:
    """Standard error of the mean of x (n,), in time order, from ``count`` autocovariances.

    Autocovariance j has the weight 1 - j / (count + 1), so that the variance is not negative. NaN for fewer
    than two values.
    """
    n = len(x)
    if n < 2:
        return math.nan
    d = x - x.mean()
    terms = ((1 - j / (count + 1)) * float(d[j:] @ d[:-j]) for j in range(1, count + 1))
    return math.sqrt(max(float(d @ d) + 2 * sum(terms), 0.0)) / n
