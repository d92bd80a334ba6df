"""Student's t distribution; SciPy is imported only where it is needed."""

import math

from signalcli.evaluation.significance.normal import quantile as normal_quantile


def tail(t: float, degrees: float, side: int = 0) -> float:
    """p-value of a statistic t: that it is larger (side 1), smaller (-1), or farther from 0 (0)."""
    from scipy.special import stdtr

    return float(stdtr(degrees, -side * t) if side else 2 * stdtr(degrees, -abs(t)))


def quantile(p: float, degrees: float = math.inf) -> float:
    """Value below which Student's t lies with probability p; that of a Gaussian for infinite degrees."""
    if math.isinf(degrees) or not 0 < p < 1:
        return normal_quantile(p)
    from scipy.special import stdtrit

    return float(stdtrit(degrees, p))
