"""Confidence interval of a share of rows."""

from __future__ import annotations

import math

import numpy as np

from signalcli.evaluation.significance.overlapping import effective_share
from signalcli.evaluation.significance.student import quantile


def share_interval(
    correct: np.ndarray, horizon: int, bars: np.ndarray | None = None, confidence: float = 0.95
) -> tuple[float, float]:
    """Confidence interval of the share of correct rows, lower and upper.

    correct : (n,) bool, in time order, judged by labels of ``horizon`` bars. bars : (n,) number of each row's
    bar, if rows share one or miss some. Wilson's, with as many rows as the overlapping rows are worth.
    """
    place = np.arange(len(correct)) if bars is None else bars
    if not len(correct) or (horizon == 1 and np.all(np.diff(place) > 0)):
        return wilson(int(np.count_nonzero(correct)), len(correct), confidence)
    share, rows, degrees = effective_share(correct, place, horizon)
    return wilson(share * rows, rows, confidence, degrees)


def wilson(hits: float, n: float, confidence: float = 0.95, degrees: float = math.inf) -> tuple[float, float]:
    """Confidence interval of the share of hits, lower and upper (Wilson 1927).

    degrees : of Student's t, where the number of independent rows n is estimated.
    """
    if n == 0:
        return math.nan, math.nan
    z = quantile(0.5 + confidence / 2, degrees)
    share = hits / n
    center = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(center - half), float(center + half)
