"""What the positions earned. Arrays are (n_bars,), returns fractions per bar. Undefined is NaN."""

import functools
import math
from functools import cached_property

import numpy as np

from signalcli.evaluation.metrics.moments import mean, spread

NAN = float("nan")
YEAR = np.timedelta64(365 * 24 + 6, "h")
CALENDARS = (252, 365, 52, 12)  # daily exchange, daily around the clock, weekly, monthly
ROUNDING = 1e-14  # a return is 1 + x - 1, so spreads and falls below this are rounding, not risk


def bars_per_year(dates: np.ndarray) -> float:
    """Bars a year holds, from sorted dates: 252, 365, 52 or 12 when within 6 % of it, else as counted."""
    return _pace(len(dates) - 1, dates[-1] - dates[0]) if len(dates) > 1 else NAN


@functools.lru_cache(maxsize=1024)  # the runs of a table mostly have the same dates
def _pace(steps: int, span: np.timedelta64) -> float:
    years = span / YEAR
    if not years:
        return NAN
    counted = float(steps / years)
    near = [c for c in CALENDARS if abs(counted / c - 1) < 0.06]
    return float(near[0]) if near else float(max(round(counted), 1))


class Net:
    """Net returns per bar, and what several metrics are made of, worked out once.

    Parameters
    ----------
    bars : (n_bars,) array
        Fractions.
    """

    def __init__(self, bars: np.ndarray) -> None:
        self.bars = bars

    @cached_property
    def growth(self) -> float:
        """What became of 1."""
        return float(np.multiply.reduce(1.0 + self.bars)) if len(self.bars) else NAN

    @cached_property
    def mean(self) -> float:
        """Mean of the bars."""
        return mean(self.bars)

    @cached_property
    def spread(self) -> float:
        """Sample standard deviation (ddof 1) of the bars."""
        return spread(self.bars)


def total_return(net: Net) -> float:
    """Compounded return over all bars."""
    return net.growth - 1.0


def annual_return(net: Net, per_year: float) -> float:
    """Compounded return a year, at the pace of all bars; NaN where that is more than a number can hold."""
    end = 1.0 + total_return(net)
    if math.isnan(end) or math.isnan(per_year):
        return NAN
    growth = math.log(end) * per_year / len(net.bars) if end > 0 else -math.inf
    return math.expm1(growth) if growth < 700 else NAN


def annual_volatility(net: Net, per_year: float) -> float:
    """Standard deviation (ddof 1) of the bars' returns times the root of bars per year."""
    return net.spread * math.sqrt(per_year)


def sharpe(net: Net, per_year: float) -> float:
    """Mean by standard deviation (ddof 1) of the bars' returns, times the root of bars per year.

    No risk-free rate. NaN when the returns do not vary.
    """
    return _ratio(net.mean, net.spread) * math.sqrt(per_year)


def sortino(net: Net, per_year: float) -> float:
    """Mean by downside deviation (root mean square of the losses over all bars), annualised like Sharpe."""
    return _ratio(net.mean, math.sqrt(mean(np.minimum(net.bars, 0.0) ** 2))) * math.sqrt(per_year)


def calmar(net: Net, drawdown: np.ndarray, per_year: float) -> float:
    """Annual return by maximum drawdown."""
    return _ratio(annual_return(net, per_year), max_drawdown(drawdown))


def max_drawdown(drawdown: np.ndarray) -> float:
    """Largest fall of the equity from its peak, a fraction ≥ 0."""
    return float(np.maximum.reduce(drawdown)) if len(drawdown) else NAN


def hit_rate(gross: np.ndarray) -> float:
    """Share of the bars that gained among those that gained or lost before costs, with either fill."""
    moved = int(np.count_nonzero(gross))
    return int(np.count_nonzero(gross > 0)) / moved if moved else NAN


def annual_turnover(turnover: np.ndarray, per_year: float) -> float:
    """Traded share of equity a year; 2 is one full flip from long to short."""
    return mean(turnover) * per_year


def exposure(position: np.ndarray) -> float:
    """Mean size of the position decided, 0 … 1."""
    return mean(np.abs(position))


def trades(position: np.ndarray) -> float:
    """Number of times a position was decided anew, from flat or by turning around."""
    return float(sum(_begun(side) for side in (position > 0, position < 0)))


def _begun(held: np.ndarray) -> int:
    """Bars at which something is held that was not held before."""
    return int(np.count_nonzero(held[1:] > held[:-1]) + np.count_nonzero(held[:1]))


def profit_factor(net: Net) -> float:
    """Sum of the gaining bars' net returns by the sum of the losing bars'."""
    gains, losses = (float(np.add.reduce(net.bars.compress(side))) for side in (net.bars > 0, net.bars < 0))
    return _ratio(gains, -losses)


def _ratio(earned: float, risked: float) -> float:
    return earned / risked if risked > ROUNDING else NAN
