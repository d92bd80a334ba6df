"""What the positions earned beside the bars themselves. Undefined is NaN.

``net`` and ``market`` (n,) are returns per bar of the positions and of holding the bars, fractions. No
risk-free rate.
"""

import math
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.metrics.moments import mean, spread
from signalcli.evaluation.metrics.performance import NAN, ROUNDING


class Pair(NamedTuple):
    """Returns of the positions and of the bars, where both are known."""

    net: np.ndarray
    market: np.ndarray


def pair(net: np.ndarray, market: np.ndarray) -> Pair:
    """The bars on which both are known; of the first one its own return is not."""
    known = ~np.isnan(market)
    return Pair(net[known], market[known])


def beta(of: Pair) -> float:
    """Slope of the regression of net returns on those of the bars."""
    apart = of.market - mean(of.market)
    return _ratio(float(apart @ (of.net - mean(of.net))), float(apart @ apart))


def alpha(of: Pair, per_year: float) -> float:
    """What the regression leaves, a year (Jensen 1968)."""
    return (mean(of.net) - beta(of) * mean(of.market)) * per_year


def correlation(of: Pair) -> float:
    """Correlation of net returns with those of the bars, -1 … 1."""
    size = spread(of.market)
    return beta(of) * _ratio(size, spread(of.net))


def tracking_error(of: Pair, per_year: float) -> float:
    """Standard deviation (ddof 1) of the difference, a year."""
    return spread(of.net - of.market) * math.sqrt(per_year)


def information_ratio(of: Pair, per_year: float) -> float:
    """Mean of the difference by its standard deviation, annualised like Sharpe."""
    apart = of.net - of.market
    return _ratio(mean(apart), spread(apart)) * math.sqrt(per_year)


def treynor(of: Pair, annual_return: float) -> float:
    """Annual return by beta (Treynor 1965)."""
    slope = beta(of)
    return annual_return / slope if abs(slope) > ROUNDING else NAN


def capture(of: Pair, side: int) -> float:
    """Mean net return of the bars on which the market rose (side 1) or fell (-1), by that of the market."""
    there = of.market * side > 0
    return _ratio(mean(of.net[there]) * side, mean(of.market[there]) * side)


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > ROUNDING else NAN
