"""Distribution of net returns ``net`` (n_bars,), fractions. Undefined values are NaN."""

import math

import numpy as np

from signalcli.evaluation.metrics.metric import FRACTION, RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import ROUNDING, gains, losses, mean, ratio, share


@metric("mean_return", formula="mean(r)", unit=FRACTION)
def mean_return(net: np.ndarray) -> float:
    """Mean net return."""
    return mean(net)


@metric(formula="Π(1 + r)^(1/T) - 1", unit=FRACTION)
def geometric_return(net: np.ndarray) -> float:
    """Return that compounds to the total return over all bars; -1 when all was lost."""
    growth = 1.0 + net
    if not np.all(growth > 0):
        return -1.0
    return math.expm1(float(np.mean(np.log(growth)))) if len(net) else math.nan


@metric("skew", order=3, formula="mean((r - mean)³) / sd³", unit=RATIO)
@metric("kurtosis", order=4, formula="mean((r - mean)⁴) / sd⁴, raw", unit="a Gaussian has 3")
def standardized_moment(net: np.ndarray, order: int) -> float:
    """Standardized moment: skew is the third, the raw kurtosis the fourth (3 for a Gaussian)."""
    spread = float(np.std(net)) if len(net) else 0.0
    return float(np.mean(((net - np.mean(net)) / spread) ** order)) if spread > ROUNDING else math.nan


@metric("var_95", formula="-(5 % quantile of r)", unit=FRACTION)
def value_at_risk(net: np.ndarray, confidence: float = 0.95) -> float:
    """Historical value at risk of one bar; positive when it is a loss."""
    return -float(np.quantile(net, 1 - confidence)) if len(net) else math.nan


@metric("cvar_95", formula="-mean(r at or below -var_95)", unit=FRACTION)
def expected_shortfall(net: np.ndarray, confidence: float = 0.95) -> float:
    """Mean loss of the bars at or beyond the value at risk."""
    worst = net <= -value_at_risk(net, confidence) + ROUNDING
    return -float(np.mean(net[worst])) if len(net) else math.nan


@metric(formula="95 % quantile / |5 % quantile|", unit=RATIO)
def tail_ratio(net: np.ndarray) -> float:
    """95 % quantile divided by the size of the 5 % quantile."""
    if not len(net):
        return math.nan
    low, high = np.quantile(net, [0.05, 0.95])
    return ratio(float(high), float(abs(low)))


@metric("best_bar", x="net", formula="max r", unit=FRACTION)
@metric("best_month", x="monthly_returns", formula="largest compounded return of a month", unit=FRACTION)
@metric("best_year", x="yearly_returns", formula="largest compounded return of a year", unit=FRACTION)
def largest(x: np.ndarray) -> float:
    """Largest value."""
    return float(np.max(x)) if len(x) else math.nan


@metric("worst_bar", x="net", formula="min r", unit=FRACTION)
@metric("worst_month", x="monthly_returns", formula="smallest compounded return of a month", unit=FRACTION)
@metric("worst_year", x="yearly_returns", formula="smallest compounded return of a year", unit=FRACTION)
def smallest(x: np.ndarray) -> float:
    """Smallest value."""
    return float(np.min(x)) if len(x) else math.nan


@metric("gaining_months", x="monthly_returns", formula="months that gained / months", unit=SHARE)
@metric("gaining_years", x="yearly_returns", formula="years that gained / years", unit=SHARE)
def positive_share(x: np.ndarray) -> float:
    """Share of positive values."""
    return share(gains(x))


@metric("average_win", x="net", formula="mean of r > 0", unit=FRACTION)
@metric("average_up_month", x="monthly_returns", formula="mean of the months that gained", unit=FRACTION)
def mean_gain(x: np.ndarray) -> float:
    """Mean of the positive values."""
    return mean(x[gains(x)])


@metric("average_loss", formula="-mean of r < 0", unit=FRACTION)
def mean_loss(net: np.ndarray) -> float:
    """Mean size of the negative values, ≥ 0."""
    return -mean(net[losses(net)])


@metric("average_down_month", formula="mean of the months that lost", unit=FRACTION)
def mean_down_month(monthly_returns: np.ndarray) -> float:
    """Mean of the months that lost, ≤ 0."""
    return mean(monthly_returns[losses(monthly_returns)])


@metric(formula="average_win / average_loss", unit=RATIO)
def payoff(net: np.ndarray) -> float:
    """Mean gain divided by mean loss."""
    return ratio(mean_gain(net), mean_loss(net))


@metric(formula="mean of r ≠ 0", unit=FRACTION)
def expectancy(net: np.ndarray) -> float:
    """Mean net return of the bars with a gain or loss."""
    return mean(net[gains(net) | losses(net)])


@metric(formula="bars with r > 0 / bars with r ≠ 0", unit=SHARE)
def gain_share(net: np.ndarray) -> float:
    """Share of the bars with a gain among those with a gain or loss, after costs."""
    return share(net[gains(net) | losses(net)] > 0)


@metric("outlier_win", side=1, formula="99 % quantile / average_win", unit=RATIO)
@metric("outlier_loss", side=-1, formula="1 % quantile / -average_loss", unit=RATIO)
def outlier_ratio(net: np.ndarray, side: int) -> float:
    """99 % quantile by the mean gain (side 1), or 1 % quantile by minus the mean loss (-1)."""
    if not len(net):
        return math.nan
    extreme = float(np.quantile(net, 0.99 if side == 1 else 0.01))
    usual = mean_gain(net) if side == 1 else -mean_loss(net)
    return extreme / usual if abs(usual) > ROUNDING else math.nan


def compound_by_period(net: np.ndarray, dates: np.ndarray, unit: str) -> np.ndarray:
    """Compounded return of each calendar month (``M``) or year (``Y``) that has bars, complete or not."""
    if not len(net):
        return np.array([])
    period = dates.astype(f"datetime64[{unit}]")
    starts = np.flatnonzero(np.concatenate([[True], period[1:] != period[:-1]]))
    return np.multiply.reduceat(1.0 + net, starts) - 1.0
