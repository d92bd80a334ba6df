"""Net returns compared with the returns of holding the bars. Undefined values are NaN.

Returns are fractions per bar; there is no risk-free rate.
"""

import math
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.metrics.metric import PER_YEAR, RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import ROUNDING, mean, ratio, spread


class ReturnPair(NamedTuple):
    """Returns of the positions and of the bars, where both are known, each (n,)."""

    net: np.ndarray
    market: np.ndarray


def pair_returns(net: np.ndarray, market: np.ndarray) -> ReturnPair:
    """Both returns without the bars whose market return is NaN, such as the first."""
    known = ~np.isnan(market)
    return ReturnPair(net[known], market[known])


@metric(formula="(mean(r) - beta mean(m)) bars per year", unit=PER_YEAR, source="Jensen 1968")
def alpha(pair: ReturnPair, per_year: float) -> float:
    """Intercept of the regression of net returns on market returns, annualized (Jensen 1968)."""
    return (mean(pair.net) - beta(pair) * mean(pair.market)) * per_year


@metric(formula="cov(r, m) / var(m)", unit=RATIO)
def beta(pair: ReturnPair) -> float:
    """Slope of the regression of net returns on market returns."""
    deviations = pair.market - mean(pair.market)
    return ratio(float(deviations @ (pair.net - mean(pair.net))), float(deviations @ deviations))


@metric(formula="correlation of r and m", unit="-1 … 1")
def market_correlation(pair: ReturnPair) -> float:
    """Correlation of net returns with market returns, -1 … 1."""
    market_spread = spread(pair.market)
    return beta(pair) * ratio(market_spread, spread(pair.net))


@metric(formula="market_correlation²", unit=SHARE)
def market_r2(pair: ReturnPair) -> float:
    """Share of the variance of net returns that the market explains."""
    return market_correlation(pair) ** 2


@metric(formula="sd(r - m) √(bars per year), ddof 1", unit=PER_YEAR)
def tracking_error(pair: ReturnPair, per_year: float) -> float:
    """Standard deviation (ddof 1) of the difference, annualized."""
    return spread(pair.net - pair.market) * math.sqrt(per_year)


@metric(formula="mean(r - m) / sd(r - m) √(bars per year), ddof 1", unit=RATIO)
def information_ratio(pair: ReturnPair, per_year: float) -> float:
    """Mean of the difference divided by its standard deviation, annualized like the Sharpe ratio."""
    difference = pair.net - pair.market
    return ratio(mean(difference), spread(difference)) * math.sqrt(per_year)


@metric(formula="annual_return / beta", unit=RATIO, source="Treynor 1965")
def treynor(pair: ReturnPair, annual_return: float) -> float:
    """Annual return divided by beta (Treynor 1965)."""
    slope = beta(pair)
    return annual_return / slope if abs(slope) > ROUNDING else math.nan


@metric("up_capture", side=1, formula="mean(r) / mean(m) of bars with m > 0", unit=RATIO)
@metric("down_capture", side=-1, formula="mean(r) / mean(m) of bars with m < 0", unit=RATIO)
def capture(pair: ReturnPair, side: int) -> float:
    """Mean net return divided by mean market return, over bars where the market rose (1) or fell (-1)."""
    selected = pair.market * side > 0
    return ratio(mean(pair.net[selected]) * side, mean(pair.market[selected]) * side)
