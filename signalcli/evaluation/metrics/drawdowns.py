"""Drawdowns one by one, and streaks of gains and losses. Undefined values are NaN.

``drawdown`` (n_bars,) is 1 - equity / its peak, ``net`` (n_bars,) net returns.
"""

import math

import numpy as np

from signalcli.evaluation.metrics.metric import FRACTION, RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import ROUNDING, gains, mean, ratio, share, spread


def stretches(where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First position, and end (exclusive), of each stretch of True values."""
    change = np.diff(np.concatenate([[False], where, [False]]).astype("int8"))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def longest_stretch(where: np.ndarray) -> float:
    """Most True values in a row."""
    starts, ends = stretches(where)
    return float(np.max(ends - starts, initial=0)) if len(where) else math.nan


@metric(formula="mean depth of the drawdowns", unit=FRACTION)
def average_drawdown(drawdown: np.ndarray) -> float:
    """Mean of the largest drawdown of each stretch below a peak, a fraction ≥ 0."""
    starts, ends = stretches(drawdown > ROUNDING)
    return mean(np.array([float(np.max(drawdown[a:b])) for a, b in zip(starts, ends, strict=True)]))


@metric(formula="mean bars below a peak, drawdown by drawdown", unit="bars")
def average_drawdown_bars(drawdown: np.ndarray) -> float:
    """Mean length of a stretch below a peak, in bars; the last one may be unfinished."""
    starts, ends = stretches(drawdown > ROUNDING)
    return mean(ends - starts)


@metric(formula="most bars in a row below the peak", unit="bars")
def longest_drawdown(drawdown: np.ndarray) -> float:
    """Most bars in a row below the peak."""
    return longest_stretch(drawdown > ROUNDING)


@metric(formula="bars below a peak / T", unit=SHARE)
def under_water(drawdown: np.ndarray) -> float:
    """Share of the bars below a peak."""
    return share(drawdown > ROUNDING)


@metric(formula="bars from the bottom of max_drawdown to the peak", unit="bars")
def recovery_bars(drawdown: np.ndarray) -> float:
    """Bars from the bottom of the largest drawdown to the peak; NaN while the peak is not reached."""
    if not len(drawdown) or np.max(drawdown) <= ROUNDING:
        return math.nan
    bottom = int(np.argmax(drawdown))
    recovered = np.flatnonzero(drawdown[bottom:] <= ROUNDING)
    return float(recovered[0]) if len(recovered) else math.nan


@metric(formula="√mean(drawdown²)", unit=FRACTION, source="Martin 1987")
def ulcer_index(drawdown: np.ndarray) -> float:
    """Root mean square of the drawdown."""
    return float(np.sqrt(np.mean(drawdown**2))) if len(drawdown) else math.nan


@metric(formula="annual_return / ulcer_index", unit=RATIO, source="Martin 1987")
def ulcer_performance(annual_return: float, drawdown: np.ndarray) -> float:
    """Annual return divided by the ulcer index."""
    return ratio(annual_return, ulcer_index(drawdown))


@metric(formula="Σ r / (ulcer_index · mean of the deepest 5 % of drawdowns / sd(r))", unit=RATIO)
def serenity_index(net: np.ndarray, drawdown: np.ndarray) -> float:
    """Sum of the returns divided by ulcer index times the mean of the deepest 5 % of drawdowns over sd(r)."""
    if not len(net):
        return math.nan
    deepest = float(np.mean(drawdown[drawdown >= np.quantile(drawdown, 0.95) - ROUNDING]))
    return ratio(float(np.sum(net)), ulcer_index(drawdown) * ratio(deepest, spread(net)))


@metric(formula="largest equity - 1", unit=FRACTION)
def peak_return(net: np.ndarray) -> float:
    """Return at the highest equity, ≥ 0."""
    return max(float(np.max(np.cumprod(1 + net))), 1.0) - 1 if len(net) else math.nan


@metric("gains_in_a_row", side=1, formula="most bars with r > 0 in a row", unit="bars")
@metric("losses_in_a_row", side=-1, formula="most bars with r < 0 in a row", unit="bars")
def longest_streak(net: np.ndarray, side: int) -> float:
    """Most gains (side 1) or losses (-1) in a row."""
    return longest_stretch(gains(net * side))
