"""Share of correct rows when labels overlap: how many independent rows it is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.evaluation.significance.long_run import cosine_coefficients, frequencies

ROUNDING = 1e-12  # a smaller variance per row is rounding


class EffectiveShare(NamedTuple):
    """A share of rows, and the number of independent rows with the same variance.

    degrees : degrees of freedom with which that variance is known.
    """

    share: float
    rows: float
    degrees: float


def effective_share(correct: np.ndarray, bars: np.ndarray, horizon: int) -> EffectiveShare:
    """The share of correct rows with labels of ``horizon`` bars.

    correct : (n,) bool. bars : (n,) number of the bar of each row; rows of several symbols may share one.
    The rows may be a part of a series, such as those of a bin.

    The variance is that of `long_run`. Where rows are few, or lie in few stretches, that estimate is too
    small and has fewer degrees of freedom than coefficients; both are corrected by what they are for the
    labels of a random walk (after Bell and McCaffrey 2002). Rows that agree all have the variance of these.
    """
    share, place = float(np.mean(correct)), bars - bars.min()
    rows = np.bincount(place).astype("float64")
    count = frequencies(len(rows), horizon)
    deviations = np.bincount(place, weights=correct - share)
    variance = float(np.mean(cosine_coefficients(deviations, count) ** 2)) * len(rows)
    of_walk, expected, degrees = _reference(rows, count, horizon)
    if not min(variance, expected) > ROUNDING * len(correct):
        return EffectiveShare(share, len(correct) ** 2 / of_walk, degrees)
    variance_of_share = variance * of_walk / expected / len(correct) ** 2
    return EffectiveShare(share, share * (1 - share) / variance_of_share, degrees)


def _reference(rows: np.ndarray, count: int, horizon: int) -> tuple[float, float, float]:
    """For labels of a random walk: the variance of their sum, its mean estimate, its degrees of freedom.

    rows : (n_bars,) number of rows at each bar; the variance of a single label is 1.
    """
    of_walk = float(rows @ _correlated_sums(rows, horizon))
    k, time = np.arange(1, count + 1), (np.arange(len(rows)) + 0.5) / len(rows)
    waves = np.sqrt(2 / len(rows)) * np.cos(np.pi * np.outer(k, time))
    centered = rows * (waves - (waves @ rows / rows.sum())[:, np.newaxis])
    covariance = _correlated_sums(centered, horizon) @ centered.T
    total = float(np.trace(covariance))
    degrees = total**2 / float(np.sum(covariance**2)) if total > 0 else 1.0
    return of_walk, total / count * len(rows), degrees


def _correlated_sums(x: np.ndarray, horizon: int) -> np.ndarray:
    """Sum over the bars s of correlation(t, s) · x(s), for x (…, n_bars).

    Labels k bars apart share 1 - k/horizon of their bars, and the signs of Gaussian sums that share so much
    have the correlation 2/π · arcsin of it.
    """
    n = x.shape[-1]
    size = 1 << (n + horizon).bit_length()  # a transform of a power of two is fast
    one_side = 2 / np.pi * np.arcsin(1 - np.arange(min(horizon, n)) / horizon)
    kernel = np.zeros(size)
    kernel[: len(one_side)] = one_side
    kernel[size - len(one_side) + 1 :] = one_side[:0:-1]
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(kernel), size)[..., :n]
