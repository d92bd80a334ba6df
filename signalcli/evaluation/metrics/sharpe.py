"""Uncertainty of the Sharpe ratio: its standard error, and its correction for many trials.

The Sharpe ratio is per bar (not annualized), ``n`` is the number of bars, ``skew`` the third and ``kurtosis``
the fourth standardized moment, **raw**: 3 for a Gaussian.
"""

import math
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.metrics.metric import RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import mean
from signalcli.evaluation.significance.normal import cdf, quantile

TINY = float(np.finfo("float64").tiny)
EULER = 0.5772156649015329  # Euler-Mascheroni constant
Moments = tuple[float, float, float]
"""Sharpe ratio per bar, skew and raw kurtosis."""


class Trials(NamedTuple):
    """Configurations that were tried on the data.

    ``number`` counts them, ``variance`` is that of their Sharpe ratios per bar, and ``luck`` is the expected
    maximum of their standardized Sharpe ratios if none has skill, given how their returns are correlated; 0
    where that is not known.
    """

    number: int
    variance: float
    luck: float = 0.0

    def benchmark(self, n: int) -> float:
        """Sharpe ratio per bar that the best trial has by luck in ``n`` bars: the larger of two estimates.

        One is by the raw number and the spread of the trials (`observed_benchmark`), which copies of a trial
        shrink; the other by the correlation of their returns, which no further trial lowers.
        """
        return max(self.observed_benchmark, self.effective_benchmark(n))

    def effective_benchmark(self, n: int) -> float:
        """The luck in ``n`` bars, times the standard error of a Sharpe ratio without skill."""
        return self.luck / math.sqrt(n - 1)

    @property
    def observed_benchmark(self) -> float:
        """Bailey and López de Prado (2014): spread of the trials × expected maximum of so many."""
        return math.sqrt(self.variance) * expected_maximum(self.number)


def moments(net: np.ndarray) -> Moments:
    """Sharpe ratio per bar (ddof 1), skew and raw kurtosis of net returns; NaN when they do not vary.

    The kurtosis is at least 1, that of two values that are equally frequent, whatever rounding makes of it.
    """
    undefined = math.nan, math.nan, math.nan
    if len(net) < 2:
        return undefined
    average = mean(net)
    deviations = net - average
    squares = deviations * deviations
    variance = mean(squares)
    if not TINY < variance < math.inf:  # beyond what a float holds with all its digits
        return undefined
    z = deviations / math.sqrt(variance)
    zz = z * z
    sharpe = average / math.sqrt(float(np.add.reduce(squares)) / (len(net) - 1))
    return sharpe, mean(zz * z), max(mean(zz * zz), 1.0)


def standard_error(sharpe: float, n: int, skew: float, kurtosis: float) -> float:
    """Standard error of an estimated Sharpe ratio of returns that are not Gaussian (Mertens 2002).

    Raises ValueError for a kurtosis below 1, which no distribution has: an excess kurtosis was passed.
    """
    if kurtosis < 1:
        raise ValueError(
            f"kurtosis {kurtosis} < 1 is impossible; pass the raw kurtosis (Gaussian 3), not the excess"
        )
    return float(np.sqrt((1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2) / (n - 1)))


def probabilistic(sharpe: float, n: int, skew: float, kurtosis: float, benchmark: float = 0.0) -> float:
    """Probability that the true Sharpe ratio is above the benchmark, PSR (Bailey and López de Prado 2012)."""
    return cdf((sharpe - benchmark) / standard_error(sharpe, n, skew, kurtosis))


def expected_maximum(trials: float) -> float:
    """Expected maximum of ``trials`` independent standard Gaussian values; 0 for one trial."""
    if trials < 2:
        return 0.0
    return (1 - EULER) * quantile(1 - 1 / trials) + EULER * quantile(1 - 1 / (trials * math.e))


def deflated(
    sharpe: float, n: int, skew: float, kurtosis: float, trials: int, variance: float, luck: float = 0.0
) -> float:
    """Probability that the true Sharpe ratio is above the best of ``trials`` models without skill, DSR.

    ``variance`` is that of the trials' Sharpe ratios per bar; ``luck`` as in `Trials`. Bailey and López de
    Prado (2014).
    """
    return probabilistic(sharpe, n, skew, kurtosis, Trials(trials, variance, luck).benchmark(n))


def minimum_track_record(
    sharpe: float, skew: float, kurtosis: float, benchmark: float = 0.0, confidence: float = 0.95
) -> float:
    """Bars after which the Sharpe ratio is above the benchmark with this confidence, MinTRL; NaN if never."""
    if not sharpe > benchmark:
        return math.nan
    one_bar = standard_error(sharpe, 2, skew, kurtosis)
    return float(1 + (one_bar * quantile(confidence) / (sharpe - benchmark)) ** 2)


@metric(
    formula="P(true Sharpe ratio > 0), by skew and kurtosis", unit=SHARE, source="Bailey, López de Prado 2012"
)
def psr(moments: Moments, net: np.ndarray) -> float:
    """`probabilistic` Sharpe ratio of net returns; NaN when they do not vary."""
    sharpe, skew, kurtosis = moments
    return math.nan if math.isnan(sharpe) else probabilistic(sharpe, len(net), skew, kurtosis)


@metric(
    formula="P(true Sharpe ratio > the best of as many trials without skill); needs --deflate",
    unit=SHARE,
    source="Bailey, López de Prado 2014",
)
def dsr(moments: Moments, net: np.ndarray, trials: Trials | None) -> float:
    """`deflated` Sharpe ratio of net returns; NaN when they do not vary or the trials are unknown."""
    sharpe, skew, kurtosis = moments
    if trials is None or math.isnan(sharpe):
        return math.nan
    return deflated(sharpe, len(net), skew, kurtosis, *trials)


@metric(
    formula="standard error √((1 - skew SR + (kurtosis - 1)/4 SR²)/(T - 1)), annualized",
    unit=RATIO,
    source="Mertens 2002",
)
def sharpe_error(moments: Moments, net: np.ndarray, per_year: float) -> float:
    """`standard_error`, annualized; NaN when the returns do not vary."""
    sharpe, skew, kurtosis = moments
    if math.isnan(sharpe):
        return math.nan
    return standard_error(sharpe, len(net), skew, kurtosis) * math.sqrt(per_year)


@metric(
    formula="bars after which the Sharpe ratio is above 0 with 95 %",
    unit="bars",
    source="Bailey, López de Prado 2012",
)
def min_track_record(moments: Moments) -> float:
    """`minimum_track_record`; NaN when the returns do not vary."""
    return minimum_track_record(*moments)
