"""Metrics combined from other metrics. ``net`` (n_bars,) are net returns. Undefined values are NaN."""

import math

import numpy as np

from signalcli.evaluation.metrics.distribution import gain_share, payoff, tail_ratio
from signalcli.evaluation.metrics.metric import RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import ROUNDING, ratio, spread
from signalcli.evaluation.metrics.performance import NetReturns, profit_factor, sharpe, sortino


@metric(formula="Σ r / Σ max(-r, 0)", unit=RATIO, source="Schwager 2012")
def gain_to_pain(net: np.ndarray) -> float:
    """Sum of the returns divided by the sum of the losses (Schwager 2012)."""
    return ratio(float(np.sum(net)), -float(np.sum(net[net < 0])))


@metric(formula="w - (1 - w) / payoff, w = gain_share", unit="share of equity", source="Kelly 1956")
def kelly_fraction(net: np.ndarray) -> float:
    """Share of equity to bet if every bar gained or lost the average: w - (1 - w) / payoff (Kelly 1956)."""
    w, odds = gain_share(net), payoff(net)
    return w - (1 - w) / odds if odds > ROUNDING else math.nan


@metric(formula="((1 - w) / (1 + w))^T, w = gain_share", unit=SHARE)
def risk_of_ruin(net: np.ndarray) -> float:
    """Probability of losing everything with bets of a fixed size: ((1 - w) / (1 + w))^T."""
    w = gain_share(net)
    return float(((1 - w) / (1 + w)) ** len(net))


@metric(formula="profit_factor · tail_ratio", unit=RATIO)
def common_sense_ratio(net: np.ndarray) -> float:
    """Profit factor times tail ratio."""
    return profit_factor(net) * tail_ratio(net)


@metric(formula="profit_factor · gain_share · payoff", unit=RATIO)
def cpc_index(net: np.ndarray) -> float:
    """Profit factor times gain share times payoff."""
    return profit_factor(net) * gain_share(net) * payoff(net)


@metric(formula="sharpe / √(1 + 2 Σ (T - k)/T |ρ|^k), ρ of neighboring bars", unit=RATIO, source="Lo 2002")
def smart_sharpe(returns: NetReturns, per_year: float) -> float:
    """Sharpe ratio divided by the autocorrelation penalty."""
    return sharpe(returns, per_year) / autocorrelation_penalty(returns.net)


@metric(formula="sortino divided by the same factor", unit=RATIO, source="Lo 2002")
def smart_sortino(returns: NetReturns, per_year: float) -> float:
    """Sortino ratio divided by the autocorrelation penalty."""
    return sortino(returns, per_year) / autocorrelation_penalty(returns.net)


def autocorrelation_penalty(net: np.ndarray) -> float:
    """Factor by which the dependence of neighboring bars increases the deviation of their sum, ≥ 1.

    √(1 + 2 Σ (T - k) / T · |ρ|^k) with the first autocorrelation ρ, as if the returns were AR(1) (Lo 2002).
    """
    n = len(net)
    if n < 3 or not spread(net[1:]) > ROUNDING or not spread(net[:-1]) > ROUNDING:
        return math.nan
    rho = min(abs(float(np.corrcoef(net[:-1], net[1:])[0, 1])), 1.0)
    k = np.arange(1, n)
    return math.sqrt(1 + 2 * float(np.sum((n - k) / n * rho**k)))
