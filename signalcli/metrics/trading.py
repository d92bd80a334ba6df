"""What the positions earned. ``net`` (n_bars,) are net returns per bar, fractions. Undefined is NaN."""

import math

import numpy as np

NAN = float("nan")
YEAR = np.timedelta64(365 * 24 + 6, "h")
CALENDARS = (252, 365, 52, 12)  # daily exchange, daily around the clock, weekly, monthly
ROUNDING = 1e-14  # a return is 1 + x - 1, so spreads and falls below this are rounding, not risk


def bars_per_year(dates: np.ndarray) -> float:
    """Bars a year holds, from sorted dates: 252, 365, 52 or 12 when within 6 % of it, else as counted."""
    if len(dates) < 2 or dates[-1] == dates[0]:
        return NAN
    counted = float((len(dates) - 1) / ((dates[-1] - dates[0]) / YEAR))
    near = [c for c in CALENDARS if abs(counted / c - 1) < 0.06]
    return float(near[0]) if near else float(max(round(counted), 1))


def total_return(net: np.ndarray) -> float:
    """Compounded return over all bars."""
    return float(np.prod(1.0 + net) - 1.0) if len(net) else NAN


def annual_return(net: np.ndarray, per_year: float) -> float:
    """Compounded return a year, at the pace of all bars; NaN where that is more than a number can hold."""
    end = 1.0 + total_return(net)
    if math.isnan(end) or math.isnan(per_year):
        return NAN
    growth = math.log(end) * per_year / len(net) if end > 0 else -math.inf
    return math.expm1(growth) if growth < 700 else NAN


def annual_volatility(net: np.ndarray, per_year: float) -> float:
    """Standard deviation (ddof 1) of the bars' returns times the root of bars per year."""
    return _spread(net) * math.sqrt(per_year)


def sharpe(net: np.ndarray, per_year: float) -> float:
    """Mean by standard deviation (ddof 1) of the bars' returns, times the root of bars per year.

    No risk-free rate. NaN when the returns do not vary.
    """
    return _ratio(_mean(net), _spread(net)) * math.sqrt(per_year)


def sortino(net: np.ndarray, per_year: float) -> float:
    """Mean by downside deviation (root mean square of the losses over all bars), annualised like Sharpe."""
    return _ratio(_mean(net), math.sqrt(_mean(np.minimum(net, 0.0) ** 2))) * math.sqrt(per_year)


def calmar(net: np.ndarray, drawdown: np.ndarray, per_year: float) -> float:
    """Annual return by maximum drawdown."""
    return _ratio(annual_return(net, per_year), max_drawdown(drawdown))


def max_drawdown(drawdown: np.ndarray) -> float:
    """Largest fall of the equity from its peak, a fraction ≥ 0."""
    return float(np.max(drawdown)) if len(drawdown) else NAN


def hit_rate(gross: np.ndarray) -> float:
    """Share of the bars that gained among those that gained or lost before costs, with either fill."""
    return _mean(gross[gross != 0] > 0)


def annual_turnover(turnover: np.ndarray, per_year: float) -> float:
    """Traded share of equity a year; 2 is one full flip from long to short."""
    return _mean(turnover) * per_year


def exposure(position: np.ndarray) -> float:
    """Mean size of the position decided, 0 … 1."""
    return _mean(np.abs(position))


def trades(position: np.ndarray) -> float:
    """Number of times a position was decided anew, from flat or by turning around."""
    side = np.sign(position)
    return float(np.sum((side != 0) & (side != np.concatenate([[0.0], side[:-1]]))))


def profit_factor(net: np.ndarray) -> float:
    """Sum of the gaining bars' net returns by the sum of the losing bars'."""
    return _ratio(float(net[net > 0].sum()), -float(net[net < 0].sum()))


def _mean(x: np.ndarray) -> float:
    return float(np.mean(x)) if len(x) else NAN


def _spread(x: np.ndarray) -> float:
    """Sample standard deviation (ddof 1)."""
    return float(np.std(x, ddof=1)) if len(x) > 1 else NAN


def _ratio(earned: float, risked: float) -> float:
    return earned / risked if risked > ROUNDING else NAN
