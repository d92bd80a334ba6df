"""The Gaussian distribution from the standard library: a backtest need not wait for SciPy."""

import functools
import math


def cdf(x: float) -> float:
    """Probability of a standard Gaussian value below x, exact far out in both tails."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


@functools.cache
def quantile(p: float) -> float:
    """Value below which a standard Gaussian lies with probability p; infinite at 0 and 1."""
    from statistics import NormalDist

    if p in {0.0, 1.0}:
        return math.copysign(math.inf, p - 0.5)
    return NormalDist().inv_cdf(p)
