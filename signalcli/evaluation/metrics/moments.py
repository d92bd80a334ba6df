"""Mean and spread of an array, bit for bit those of ``numpy.mean`` and ``numpy.std``; undefined is NaN.

A scorecard asks for thousands of them, of short arrays, where NumPy's own functions spend longer on finding
out what they were given than on the sum.
"""

import math

import numpy as np

NAN = float("nan")


def mean(x: np.ndarray) -> float:
    """Mean of numbers (n,)."""
    return float(np.add.reduce(x)) / len(x) if len(x) else NAN


def spread(x: np.ndarray, ddof: int = 1) -> float:
    """Standard deviation of numbers (n,) over n - ddof."""
    if len(x) <= ddof:
        return NAN
    apart = x - mean(x)
    return math.sqrt(float(np.add.reduce(apart * apart)) / (len(x) - ddof))
