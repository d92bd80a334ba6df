"""How much a Sharpe ratio can be believed: its standard error, and what many trials make of it.

Everywhere the Sharpe ratio is per bar (not annualised), ``n`` the number of bars, ``skew`` the third and
``kurtosis`` the fourth standardised moment, **raw**: 3 for a Gaussian.
"""

import math

import numpy as np

from signalcli.evaluation.metrics.moments import mean
from signalcli.evaluation.significance.normal import cdf, quantile

NAN = float("nan")
EULER = 0.5772156649015329  # Euler and Mascheroni's constant


def moments(net: np.ndarray) -> tuple[float, float, float]:
    """Sharpe ratio per bar (ddof 1), skew and raw kurtosis of net returns; NaN when they do not vary."""
    if len(net) < 2:
        return NAN, NAN, NAN
    centre = mean(net)
    apart = net - centre
    square = apart * apart
    variance = mean(square)
    if not variance > 0:
        return NAN, NAN, NAN
    spread = math.sqrt(variance)
    z = apart / spread
    zz = z * z
    sharpe = centre / math.sqrt(float(np.add.reduce(square)) / (len(net) - 1))
    return sharpe, mean(zz * z), mean(zz * zz)


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


def expected_maximum(trials: int) -> float:
    """Expected largest of so many independent standard Gaussian values; 0 for one trial."""
    if trials < 2:
        return 0.0
    return (1 - EULER) * quantile(1 - 1 / trials) + EULER * quantile(1 - 1 / (trials * math.e))


def deflated(sharpe: float, n: int, skew: float, kurtosis: float, trials: int, variance: float) -> float:
    """Probability that the true Sharpe ratio is above the best of ``trials`` worthless ones, DSR.

    ``variance`` is that of the trials' Sharpe ratios per bar. Bailey and López de Prado (2014).
    """
    hurdle = np.sqrt(variance) * expected_maximum(trials)
    return probabilistic(sharpe, n, skew, kurtosis, float(hurdle))


def minimum_track_record(
    sharpe: float, skew: float, kurtosis: float, benchmark: float = 0.0, confidence: float = 0.95
) -> float:
    """Bars after which the Sharpe ratio is above the benchmark with this confidence, MinTRL; NaN if never."""
    if not sharpe > benchmark:
        return float("nan")
    one_bar = standard_error(sharpe, 2, skew, kurtosis)
    return float(1 + (one_bar * quantile(confidence) / (sharpe - benchmark)) ** 2)
