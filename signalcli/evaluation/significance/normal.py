"""Gaussian distribution from the standard library, because importing SciPy would slow a backtest's start."""

import functools
import math
from statistics import NormalDist


def cdf(x: float) -> float:
    """Probability of a standard Gaussian value below x, exact far out in both tails."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


@functools.cache
def quantile(p: float) -> float:
    """Value below which a standard Gaussian lies with probability p; infinite at 0 and 1."""
    if p in {0.0, 1.0}:
        return math.copysign(math.inf, p - 0.5)
    return NormalDist().inv_cdf(p)
