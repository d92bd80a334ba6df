"""Numbers that packages make out of others. ``net`` (n_bars,) are net returns. Undefined is NaN."""

import math

import numpy as np

from signalcli.evaluation.metrics import distribution as shape
from signalcli.evaluation.metrics.moments import mean, spread
from signalcli.evaluation.metrics.performance import NAN, ROUNDING


def gain_share(net: np.ndarray) -> float:
    """Share of the bars that gained among those that gained or lost, after costs."""
    return mean((net[net != 0] > 0).astype("float64"))


def gain_to_pain(net: np.ndarray) -> float:
    """Sum of the returns by the sum of the losses (Schwager 2012)."""
    return _ratio(float(np.sum(net)), -float(np.sum(net[net < 0])))


def kelly(net: np.ndarray) -> float:
    """Share of money to bet if every bar won or lost the average: w - (1 - w) / payoff (Kelly 1956)."""
    won, payoff = gain_share(net), shape.payoff(net)
    return won - (1 - won) / payoff if payoff > ROUNDING else NAN


def ruin(net: np.ndarray) -> float:
    """Chance of losing everything by bets of a fixed size: ((1 - w) / (1 + w))^T."""
    won = gain_share(net)
    return float(((1 - won) / (1 + won)) ** len(net))


def common_sense(net: np.ndarray) -> float:
    """Profit factor times tail ratio."""
    return shape.omega(net) * shape.tail_ratio(net)


def cpc(net: np.ndarray) -> float:
    """Profit factor times share of gaining bars times payoff."""
    return shape.omega(net) * gain_share(net) * shape.payoff(net)


def outlier(net: np.ndarray, side: int) -> float:
    """99 % quantile by the mean of the gaining bars (side 1), or 1 % quantile by that of the losing (-1)."""
    if not len(net):
        return NAN
    far = float(np.quantile(net, 0.99 if side == 1 else 0.01))
    usual = shape.average_win(net) if side == 1 else -shape.average_loss(net)
    return far / usual if abs(usual) > ROUNDING else NAN


def autocorrelation_penalty(net: np.ndarray) -> float:
    """Factor by which dependence of neighbouring bars widens the spread of their sum, ≥ 1.

    √(1 + 2 Σ (T - k) / T · |ρ|^k) with ρ the first autocorrelation, as if the returns were AR(1) (Lo 2002).
    """
    n = len(net)
    if n < 3 or not spread(net[1:]) > ROUNDING or not spread(net[:-1]) > ROUNDING:
        return NAN
    rho = min(abs(float(np.corrcoef(net[:-1], net[1:])[0, 1])), 1.0)
    k = np.arange(1, n)
    return math.sqrt(1 + 2 * float(np.sum((n - k) / n * rho**k)))


def serenity(net: np.ndarray, drawdown: np.ndarray) -> float:
    """Sum of the returns by ulcer index times the mean of the deepest 5 % of drawdowns in spreads of r."""
    if not len(net):
        return NAN
    deepest = float(np.mean(drawdown[drawdown >= np.quantile(drawdown, 0.95)]))
    return _ratio(float(np.sum(net)), shape.ulcer_index(drawdown) * _ratio(deepest, spread(net)))


def downside_deviation(net: np.ndarray, per_year: float) -> float:
    """Root mean square of the losses over all bars, a year."""
    return math.sqrt(mean(np.minimum(net, 0.0) ** 2)) * math.sqrt(per_year) if len(net) else NAN


def geometric_mean(net: np.ndarray) -> float:
    """Return that compounded over all bars gives the total; NaN when all was lost."""
    grown = 1.0 + net
    return math.expm1(float(np.mean(np.log(grown)))) if len(net) and np.all(grown > 0) else NAN


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom > ROUNDING else NAN
