"""Test of a mean when neighboring values are dependent, as those of labels that overlap.

A label of ``horizon`` bars shares bars with the next ``horizon`` - 1 labels, so losses and hits are
correlated over as many rows. The variance of their mean is read from the lowest frequencies: the mean square
of the first B cosine coefficients is approximately chi-squared with B degrees of freedom, so the statistic
is compared with Student's t. Source: Müller 2007; Lazarus, Lewis, Stock and Watson 2018; for forecast losses
Coroneo and Iacone 2020.
"""

from __future__ import annotations

import math

import numpy as np

from signalcli.evaluation.significance.result import Test
from signalcli.evaluation.significance.student import tail

BANDWIDTH = 0.27  # B at most this share of n / horizon: the spectrum of the overlap falls by less than 2 %
ROUNDING = 1e-12  # relative; a series that varies by less is constant
MOST = 50  # more degrees of freedom change a critical value by 2 % at most


def frequencies(n: int, horizon: int) -> int:
    """Number B of cosine coefficients of a series of n bars, at least 1."""
    return max(min(int(BANDWIDTH * n / horizon), MOST), 1)


def mean_test(x: np.ndarray, horizon: int, side: int) -> Test:
    """Test that the mean of x (n,), in time order, is 0, against one side (1 or -1) or both (0).

    NaN for a series that does not vary, and for one that is not longer than the horizon.
    """
    n = len(x)
    if n <= max(horizon, 1) or not np.ptp(x) > ROUNDING * np.abs(x).max():
        return Test(math.nan, math.nan)
    count = frequencies(n, horizon)
    variance = float(np.mean(cosine_coefficients(x - x.mean(), count) ** 2))
    if not variance > 0:
        return Test(math.nan, math.nan)
    statistic = float(x.mean() * math.sqrt(n / variance))
    return Test(statistic, tail(statistic, count, side))


def cosine_coefficients(x: np.ndarray, count: int) -> np.ndarray:
    """Coefficients k = 1 … count of series x (…, n): Σ x cos(π k (t + ½) / n) √(2 / n), (…, count)."""
    n = x.shape[-1]
    k = np.arange(1, count + 1)
    spectrum = np.fft.rfft(x, 2 * n)[..., 1 : count + 1]
    return math.sqrt(2 / n) * np.real(spectrum * np.exp(-0.5j * np.pi * k / n))
