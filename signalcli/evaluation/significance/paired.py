"""Tests of whether a forecast is better than another on the same rows, or than chance.

Undefined p-values (no disagreement, no variation) are NaN.
"""

import math

import numpy as np

from signalcli.evaluation.significance.long_run import mean_test
from signalcli.evaluation.significance.normal import cdf
from signalcli.evaluation.significance.overlapping import effective_share
from signalcli.evaluation.significance.result import Test
from signalcli.evaluation.significance.student import tail


def mcnemar(
    correct: np.ndarray, correct_other: np.ndarray, horizon: int = 1, bars: np.ndarray | None = None
) -> Test:
    """Test that two classifiers are correct equally often, two-sided.

    The statistic is the number of rows that only the first got right minus that of only the other.

    correct, correct_other : (n,) bool, the same rows in time order. bars : (n,) number of each row's bar, if
    some are missing. McNemar (1947) in the exact binomial form; with labels of several bars, the rows on
    which the two differ count as the independent rows they are worth (`effective_share`).
    """
    differ = np.flatnonzero(correct != correct_other)
    only = int(np.sum(correct[differ]))
    statistic = float(2 * only - len(differ))
    if not len(differ) or len(correct) <= horizon > 1:
        return Test(statistic, math.nan)
    if horizon > 1:
        place = differ if bars is None else bars[differ]
        return Test(statistic, _one_half_p(correct[differ], place, horizon))
    from scipy.special import bdtr

    return Test(statistic, float(min(1.0, 2 * bdtr(min(only, len(differ) - only), len(differ), 0.5))))


def _one_half_p(first: np.ndarray, bars: np.ndarray, horizon: int) -> float:
    """p-value of a share of one half, two-sided."""
    share, rows, degrees = effective_share(first, bars, horizon)
    return tail((share - 0.5) * 2 * math.sqrt(rows), degrees)


def diebold_mariano(loss: np.ndarray, loss_other: np.ndarray, horizon: int = 1) -> Test:
    """Test that the first forecast's mean loss is smaller, one-sided; a negative statistic supports it.

    loss, loss_other : (n,) losses on the same rows, in time order. Diebold and Mariano (1995): with labels of
    one bar with the small-sample factor of Harvey, Leybourne and Newbold (1997), else `mean_test`.
    """
    d = loss - loss_other
    if horizon > 1:
        return mean_test(d, horizon, side=-1)
    n, deviation = len(d), float(np.std(d))
    if n < 2 or not deviation > 0:
        return Test(math.nan, math.nan)
    statistic = float(np.mean(d) / deviation * math.sqrt(n - 1))
    return Test(statistic, tail(statistic, n - 1, side=-1))


def pesaran_timmermann(
    y: np.ndarray, predicted: np.ndarray, horizon: int = 1, bars: np.ndarray | None = None
) -> Test:
    """Test that predicted and true directions are dependent, one-sided; standard normal under independence.

    y, predicted : (n,) bool, up or not, in time order. bars : (n,) number of each row's bar, if rows share
    one or miss some. Pesaran and Timmermann (1992), with the 1/n² term of the variance of the expected hit
    rate. With labels of several bars, or several rows a bar, `mean_test` of the excess of hits.
    """
    n = len(y)
    if n == 0:
        return Test(math.nan, math.nan)
    if horizon > 1 or (bars is not None and len(np.unique(bars)) < n):
        return mean_test(_excess_hits(y, predicted, bars), horizon, side=1)
    up, up_hat = float(np.mean(y)), float(np.mean(predicted))
    expected = up * up_hat + (1 - up) * (1 - up_hat)
    v_hits = expected * (1 - expected) / n
    v_expected = ((2 * up - 1) ** 2 * up_hat * (1 - up_hat) + (2 * up_hat - 1) ** 2 * up * (1 - up)) / n
    v_expected += 4 * up * up_hat * (1 - up) * (1 - up_hat) / n**2
    if not v_hits - v_expected > 1e-15:
        return Test(math.nan, math.nan)
    statistic = float((np.mean(y == predicted) - expected) / np.sqrt(v_hits - v_expected))
    return Test(statistic, cdf(-statistic))


def _excess_hits(y: np.ndarray, predicted: np.ndarray, bars: np.ndarray | None) -> np.ndarray:
    """Hits above those expected under independence, summed over the rows of each bar, (n_bars,)."""
    excess = 2 * (y - np.mean(y)) * (predicted - np.mean(predicted))
    return excess if bars is None else np.bincount(bars - bars.min(), weights=excess)
