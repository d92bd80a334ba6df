"""Return, risk and trading activity. Arrays are (n_bars,), returns fractions per bar; undefined is NaN."""

import math
from functools import cached_property

import numpy as np

from signalcli.evaluation.metrics.metric import COUNT, FRACTION, PER_YEAR, RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import gains, losses, mean, ratio, share, spread


@metric("n_bars", formula="T", unit=COUNT)
def count(net: np.ndarray) -> float:
    """Number of returns."""
    return float(len(net))


@metric(
    formula="252, 302 or 365 sessions × bars of a session; 52 weeks, 12 months by longer bars; usual spacing",
    unit=COUNT,
)
def bars_per_year(per_year: float) -> float:
    """Bars per year, from sorted dates: `signalcli.data.bars_per_year`."""
    return per_year


class NetReturns:
    """Net returns per bar with statistics that several metrics share, each computed once.

    Parameters
    ----------
    net : (n_bars,) array
        Fractions.
    """

    def __init__(self, net: np.ndarray) -> None:
        self.net = net

    @cached_property
    def growth(self) -> float:
        """Final value of 1."""
        return float(np.multiply.reduce(1.0 + self.net)) if len(self.net) else math.nan

    @cached_property
    def mean(self) -> float:
        """Mean return."""
        return mean(self.net)

    @cached_property
    def spread(self) -> float:
        """Sample standard deviation (ddof 1)."""
        return spread(self.net)


@metric(formula="Π(1 + r) - 1", unit=FRACTION)
def total_return(returns: NetReturns) -> float:
    """Compounded return over all bars."""
    return returns.growth - 1.0


@metric(formula="Π(1 + r)^(bars per year / T) - 1", unit=PER_YEAR)
def annual_return(returns: NetReturns, per_year: float) -> float:
    """Compounded return per year; NaN where it overflows."""
    end = 1.0 + total_return(returns)
    if math.isnan(end) or math.isnan(per_year):
        return math.nan
    log_growth = math.log(end) * per_year / len(returns.net) if end > 0 else -math.inf
    return math.expm1(log_growth) if log_growth < 700 else math.nan


@metric(formula="sd(r), ddof 1", unit=FRACTION)
def deviation(returns: NetReturns) -> float:
    """Standard deviation (ddof 1) of the returns."""
    return returns.spread


@metric(formula="sd(r) √(bars per year), ddof 1", unit=PER_YEAR)
def annual_volatility(returns: NetReturns, per_year: float) -> float:
    """Standard deviation (ddof 1) of the returns, annualized."""
    return returns.spread * math.sqrt(per_year)


@metric(formula="sd(r)² bars per year", unit=PER_YEAR)
def annual_variance(returns: NetReturns, per_year: float) -> float:
    """Variance (ddof 1) of the returns, annualized."""
    return returns.spread**2 * per_year


@metric(formula="mean(r) / sd(r) √(bars per year), ddof 1", unit=RATIO, source="Sharpe 1966")
def sharpe(returns: NetReturns, per_year: float) -> float:
    """Mean divided by standard deviation (ddof 1) of the returns, annualized.

    There is no risk-free rate. NaN when the returns do not vary.
    """
    return ratio(returns.mean, returns.spread) * math.sqrt(per_year)


@metric(formula="mean(r) / √mean(min(r, 0)²) √(bars per year)", unit=RATIO)
def sortino(returns: NetReturns, per_year: float) -> float:
    """Mean divided by downside deviation (over all bars), annualized like the Sharpe ratio."""
    return ratio(returns.mean, _downside(returns.net)) * math.sqrt(per_year)


@metric(formula="sortino / √2, on the scale of sharpe", unit=RATIO)
def adjusted_sortino(returns: NetReturns, per_year: float) -> float:
    """Sortino ratio divided by √2."""
    return sortino(returns, per_year) / math.sqrt(2)


@metric(formula="√mean(min(r, 0)²) √(bars per year)", unit=PER_YEAR)
def downside_deviation(net: np.ndarray, per_year: float) -> float:
    """Root mean square of the losses over all bars, annualized."""
    return _downside(net) * math.sqrt(per_year) if len(net) else math.nan


def _downside(net: np.ndarray) -> float:
    return math.sqrt(mean(np.minimum(net, 0.0) ** 2))


@metric(formula="annual_return / max_drawdown", unit=RATIO)
def calmar(returns: NetReturns, drawdown: np.ndarray, per_year: float) -> float:
    """Annual return divided by maximum drawdown."""
    return ratio(annual_return(returns, per_year), max_drawdown(drawdown))


@metric(formula="total_return / max_drawdown", unit=RATIO)
def recovery_factor(returns: NetReturns, drawdown: np.ndarray) -> float:
    """Total return divided by maximum drawdown."""
    return ratio(total_return(returns), max_drawdown(drawdown))


@metric(formula="max of 1 - equity / its peak, start included", unit=FRACTION)
def max_drawdown(drawdown: np.ndarray) -> float:
    """Largest drawdown, a fraction ≥ 0."""
    return float(np.maximum.reduce(drawdown)) if len(drawdown) else math.nan


@metric(formula="bars gained / bars gained or lost, gross", unit=SHARE)
def hit_rate(gross: np.ndarray) -> float:
    """Share of the bars with a gross gain among those with a gross gain or loss, for either fill."""
    gained = int(np.count_nonzero(gains(gross)))
    moved = gained + int(np.count_nonzero(losses(gross)))
    return gained / moved if moved else math.nan


@metric("turnover", formula="mean turnover · bars per year", unit="equity a year")
def annual_turnover(turnover: np.ndarray, per_year: float) -> float:
    """Traded share of equity per year; 2 is one flip from long to short."""
    return mean(turnover) * per_year


@metric(formula="sum of the costs", unit=FRACTION)
def cost_paid(cost: np.ndarray) -> float:
    """Sum of the costs of all bars."""
    return float(np.add.reduce(cost))


@metric(
    formula="10⁴ Σ gross / Σ (1 + gross) turnover: the cost at which mean(r) is 0",
    unit="basis points of turnover",
)
def break_even_bps(gross: np.ndarray, turnover: np.ndarray) -> float:
    """Cost per unit of turnover at which the mean net return is 0; negative for a loss before costs."""
    traded = float(np.add.reduce((1.0 + gross) * turnover))
    return ratio(1e4 * float(np.add.reduce(gross)), traded)


@metric(formula="mean |position|", unit=SHARE)
def exposure(position: np.ndarray) -> float:
    """Mean size of the position, 0 … 1."""
    return mean(np.abs(position))


@metric(formula="bars decided long or short / T", unit=SHARE)
def in_market(position: np.ndarray) -> float:
    """Share of the bars with a position."""
    return share(position != 0)


@metric("long_share", side=1, formula="bars decided long / T", unit=SHARE)
@metric("short_share", side=-1, formula="bars decided short / T", unit=SHARE)
def side_share(position: np.ndarray, side: int) -> float:
    """Share of the bars on one side, long (1) or short (-1)."""
    return share(position * side > 0)


@metric(formula="max |position|", unit="share of equity")
def largest_position(position: np.ndarray) -> float:
    """Largest size of the position."""
    return float(np.max(np.abs(position))) if len(position) else math.nan


@metric("trades", formula="times a side was entered", unit=COUNT)
def count_trades(entries: float) -> float:
    """Number of entries into a side, those of all symbols for a portfolio."""
    return entries


def enters_side(position: np.ndarray) -> np.ndarray:
    """Bars that enter a side, from flat or from the other side, bool (n_bars,)."""
    side = np.sign(position)
    entered = side != 0
    entered[1:] &= side[1:] != side[:-1]
    return entered


@metric(formula="Σ gains / Σ losses, per bar", unit=RATIO)
@metric("omega", formula="Σ max(r, 0) / Σ max(-r, 0)", unit=RATIO, source="Keating, Shadwick 2002")
def profit_factor(net: np.ndarray) -> float:
    """Sum of the gains divided by the sum of the losses."""
    gains, losses = (float(np.add.reduce(net.compress(side))) for side in (net > 0, net < 0))
    return ratio(gains, -losses)
