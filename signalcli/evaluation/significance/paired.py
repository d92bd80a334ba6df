"""Tests of whether a forecast is better than another on the same rows, or than chance.

Undefined p-values (no disagreement, no variation) are NaN.
"""

import math
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.significance.normal import cdf, quantile


class Test(NamedTuple):
    """A statistic and its p-value."""

    statistic: float
    p_value: float


def wilson(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the share of hits, lower and upper (Wilson 1927)."""
    if n == 0:
        return math.nan, math.nan
    z = quantile(0.5 + confidence / 2)
    share = hits / n
    center = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(center - half), float(center + half)


def mcnemar(correct: np.ndarray, correct_other: np.ndarray) -> Test:
    """Exact test that two classifiers are correct equally often, two-sided.

    The statistic is the number of rows that only the first got right minus that of only the other.

    correct, correct_other : (n,) bool, the same rows. McNemar (1947), exact binomial form.
    """
    from scipy.special import bdtr

    only = int(np.sum(correct & ~correct_other))
    other = int(np.sum(~correct & correct_other))
    if only + other == 0:
        return Test(0.0, math.nan)
    tail = bdtr(min(only, other), only + other, 0.5)
    return Test(float(only - other), float(min(1.0, 2 * tail)))


def diebold_mariano(loss: np.ndarray, loss_other: np.ndarray, horizon: int = 1) -> Test:
    """Test that the first forecast's mean loss is smaller, one-sided; a negative statistic supports it.

    loss, loss_other : (n,) losses on the same rows, in time order. The long-run variance includes horizon-1
    autocovariances; the statistic has the small-sample factor of Harvey, Leybourne and Newbold (1997) and is
    compared with Student's t. Diebold and Mariano (1995).
    """
    from scipy.special import stdtr

    d = loss - loss_other
    n = len(d)
    centered = d - d.mean()
    variance = sum((1 if k == 0 else 2) * float(centered[k:] @ centered[: n - k]) / n for k in range(horizon))
    if n <= horizon or not variance > 0:
        return Test(math.nan, math.nan)
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(factor * d.mean() / np.sqrt(variance / n))
    return Test(statistic, float(stdtr(n - 1, statistic)))


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values corrected for their number, which controls the family-wise error (Holm 1979).

    NaN stays NaN and is not counted.
    """
    corrected = np.full(len(p_values), math.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    return corrected


def pesaran_timmermann(y: np.ndarray, predicted: np.ndarray) -> Test:
    """Test that predicted and true directions are dependent, one-sided; standard normal under independence.

    y, predicted : (n,) bool, up or not. Pesaran and Timmermann (1992), with the 1/n² term of the variance of
    the expected hit rate.
    """
    n = len(y)
    if n == 0:
        return Test(math.nan, math.nan)
    up, up_hat = float(np.mean(y)), float(np.mean(predicted))
    expected = up * up_hat + (1 - up) * (1 - up_hat)
    v_hits = expected * (1 - expected) / n
    v_expected = ((2 * up - 1) ** 2 * up_hat * (1 - up_hat) + (2 * up_hat - 1) ** 2 * up * (1 - up)) / n
    v_expected += 4 * up * up_hat * (1 - up) * (1 - up_hat) / n**2
    if not v_hits - v_expected > 1e-15:
        return Test(math.nan, math.nan)
    statistic = float((np.mean(y == predicted) - expected) / np.sqrt(v_hits - v_expected))
    return Test(statistic, cdf(-statistic))
