"""Distribution of log returns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import nan

import numpy as np

from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

QUANTILES = {"q01": 0.01, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "q99": 0.99}


def describe_returns(series: PriceSeries) -> Iterator[Statistic]:
    """Moments and quantiles of the log returns, and the normality test of Jarque and Bera (1980)."""
    r = series.returns
    yield Statistic("n", float(len(r)), "log returns from close to close")
    yield Statistic("mean", float(np.mean(r)) if len(r) else nan, "mean log return of a bar")
    deviation = float(np.std(r, ddof=1)) if len(r) > 1 else nan
    yield Statistic("deviation", deviation, "standard deviation of a bar (ddof 1)")
    yield Statistic("min", float(np.min(r)) if len(r) else nan, "worst bar")
    for name, share in QUANTILES.items():
        value = float(np.quantile(r, share)) if len(r) else nan
        yield Statistic(name, value, f"{share:.0%} of the bars return less")
    yield Statistic("max", float(np.max(r)) if len(r) else nan, "best bar")
    yield from _test_normality(series)


def _test_normality(series: PriceSeries) -> Iterator[Statistic]:
    skew = excess = jarque_bera = p = nan
    if series.varies and len(series.returns) > 3:
        r = series.returns
        z = (r - np.mean(r)) / np.std(r)
        skew, excess = float(np.mean(z**3)), float(np.mean(z**4)) - 3
        jarque_bera = len(r) / 6 * (skew**2 + excess**2 / 4)
        p = math.exp(-jarque_bera / 2)  # chi-squared with two degrees of freedom
    yield Statistic("skewness", skew, "0 for a symmetric distribution; below 0 the left tail is longer")
    yield Statistic("excess_kurtosis", excess, "0 for a Gaussian; above 0 the tails are fatter")
    meaning = "Jarque-Bera test; a small p: returns are not Gaussian"
    yield Statistic("jarque_bera", jarque_bera, meaning, p_value=p)
