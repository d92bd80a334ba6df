"""Mean, standard deviation and ratio with NaN where they are undefined.

Bit for bit those of ``numpy.mean`` and ``numpy.std``. A scorecard calls them thousands of times on short
arrays, for which NumPy's own functions spend longer on checks than on the sum.
"""

import math

import numpy as np

ROUNDING = 1e-14  # a return is 1 + x - 1, so spreads and drawdowns below this are rounding, not risk


def mean(x: np.ndarray) -> float:
    """Mean of numbers (n,)."""
    return float(np.add.reduce(x)) / len(x) if len(x) else math.nan


def spread(x: np.ndarray, ddof: int = 1) -> float:
    """Standard deviation of numbers (n,) over n - ddof."""
    if len(x) <= ddof:
        return math.nan
    deviations = x - mean(x)
    return math.sqrt(float(np.add.reduce(deviations * deviations)) / (len(x) - ddof))


def share(where: np.ndarray) -> float:
    """Share of True values (n,)."""
    return mean(where)


def gains(x: np.ndarray) -> np.ndarray:
    """Which returns are gains beyond rounding; an unchanged price gives some 1e-16."""
    return x > ROUNDING


def losses(x: np.ndarray) -> np.ndarray:
    """Which returns are losses beyond rounding."""
    return x < -ROUNDING


def ratio(numerator: float, denominator: float) -> float:
    """Quotient; NaN unless the denominator is positive beyond rounding."""
    return numerator / denominator if denominator > ROUNDING else math.nan
