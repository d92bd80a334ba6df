"""Stationarity of prices and returns: two tests with opposite null hypotheses."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

MIN_VALUES = 20  # of a series for both tests
MAX_LAGS = 30  # Schwert's (1989) rule for 4,000 bars; each lag costs a regression on all bars


def adf(series: PriceSeries) -> Iterator[Statistic]:
    """Augmented Dickey-Fuller test with a constant, lags by AIC; the null hypothesis is a unit root."""
    from statsmodels.tsa.stattools import adfuller

    for name, values in series.log_prices_and_returns.items():
        meaning = f"augmented Dickey-Fuller; a small p: {name} has no unit root; lag: lagged differences used"
        if not series.varies or len(values) < MIN_VALUES:
            yield Statistic(name, nan, meaning)
            continue
        max_lag = min(MAX_LAGS, int(12 * (len(values) / 100) ** 0.25), len(values) // 2 - 3)
        test = adfuller(values, maxlag=max_lag, regression="c", autolag="AIC", result_object=True)
        yield Statistic(name, float(test.statistic), meaning, int(test.lags), p_value=float(test.pvalue))


def kpss(series: PriceSeries) -> Iterator[Statistic]:
    """Kwiatkowski-Phillips-Schmidt-Shin test with a constant; the null hypothesis is stationarity."""
    from statsmodels.tsa import stattools

    for name, values in series.log_prices_and_returns.items():
        meaning = f"KPSS; a small p: {name} is not stationary; p is tabulated from .01 to .1 only"
        if not series.varies or len(values) < MIN_VALUES:
            yield Statistic(name, nan, meaning)
            continue
        test = stattools.kpss(values, regression="c", nlags="auto", result_object=True)
        yield Statistic(name, float(test.statistic), meaning, int(test.lags), p_value=float(test.pvalue))
