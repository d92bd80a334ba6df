"""Is one forecast better than another on the same rows, or than chance: tests that give a p-value.

What is undefined (no disagreement, no variation) has a p-value of NaN.
"""

from typing import NamedTuple

import numpy as np

from signalcli.evaluation.significance.normal import cdf, quantile

NAN = float("nan")


class Test(NamedTuple):
    """A statistic and its p-value."""

    statistic: float
    p_value: float


def wilson(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share of hits, lower and upper (Wilson 1927)."""
    if n == 0:
        return NAN, NAN
    z = quantile(0.5 + confidence / 2)
    share = hits / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(centre - half), float(centre + half)


def mcnemar(right: np.ndarray, right_other: np.ndarray) -> Test:
    """Exact test that two classifiers are right equally often, two-sided.

    The statistic is the number of rows that only the first got right minus those that only the other got.

    right, right_other : (n,) bool, the same rows. McNemar (1947), exact binomial form.
    """
    from scipy.special import bdtr

    only = int(np.sum(right & ~right_other))
    other = int(np.sum(~right & right_other))
    if only + other == 0:
        return Test(0.0, NAN)
    tail = bdtr(min(only, other), only + other, 0.5)
    return Test(float(only - other), float(min(1.0, 2 * tail)))


def diebold_mariano(loss: np.ndarray, loss_other: np.ndarray, horizon: int = 1) -> Test:
    """Test that the first forecast's loss is smaller on average, one-sided; negative statistics speak for it.

    loss, loss_other : (n,) losses on the same rows, in time order. The long-run variance takes in horizon-1
    autocovariances; the statistic has the small-sample factor of Harvey, Leybourne and Newbold (1997) and is
    compared with Student's t. Diebold and Mariano (1995).
    """
    from scipy.special import stdtr

    d = loss - loss_other
    n = len(d)
    centred = d - d.mean()
    variance = sum((1 if k == 0 else 2) * float(centred[k:] @ centred[: n - k]) / n for k in range(horizon))
    if n <= horizon or not variance > 0:
        return Test(NAN, NAN)
    factor = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(factor * d.mean() / np.sqrt(variance / n))
    return Test(statistic, float(stdtr(n - 1, statistic)))


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values corrected for their number: the chance of one false alarm among all is kept (Holm 1979).

    Unknown p-values stay unknown and are not counted.
    """
    corrected = np.full(len(p_values), NAN)
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
        return Test(NAN, NAN)
    up, said = float(np.mean(y)), float(np.mean(predicted))
    expected = up * said + (1 - up) * (1 - said)
    v_hits = expected * (1 - expected) / n
    v_expected = ((2 * up - 1) ** 2 * said * (1 - said) + (2 * said - 1) ** 2 * up * (1 - up)) / n
    v_expected += 4 * up * said * (1 - up) * (1 - said) / n**2
    if not v_hits - v_expected > 1e-15:
        return Test(NAN, NAN)
    statistic = float((np.mean(y == predicted) - expected) / np.sqrt(v_hits - v_expected))
    return Test(statistic, cdf(-statistic))
