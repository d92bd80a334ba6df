"""Autocorrelation of returns: ACF and PACF with the band of white noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from math import nan

import numpy as np

from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

MIN_RETURNS = 20
Z = 1.959963984540054  # of a two-sided 95 % band


def acf(series: PriceSeries, lags: int) -> Iterator[Statistic]:
    """Autocorrelation of the log returns at lags 1 … ``lags``."""
    from statsmodels.tsa import stattools

    yield from _by_lag(series, lags, "autocorrelation", lambda r, k: stattools.acf(r, nlags=k, fft=True))


def pacf(series: PriceSeries, lags: int) -> Iterator[Statistic]:
    """Partial autocorrelation of the log returns at lags 1 … ``lags`` (Yule-Walker, adjusted)."""
    from statsmodels.tsa import stattools

    yield from _by_lag(
        series,
        lags,
        "partial autocorrelation",
        lambda r, k: stattools.pacf(r, nlags=k, method="ywadjusted"),
    )


def _by_lag(
    series: PriceSeries, lags: int, name: str, correlate: Callable[[np.ndarray, int], np.ndarray]
) -> Iterator[Statistic]:
    """A row a lag; NaN for lags that a short or constant series does not have.

    correlate : from returns and a number of lags k to the correlations at lags 0 … k.
    """
    r = series.returns
    count = min(lags, len(r) // 2 - 1) if series.varies and len(r) >= MIN_RETURNS else 0
    values = correlate(r, count)[1:] if count > 0 else np.array([])
    band = Z / math.sqrt(len(r)) if count > 0 else nan
    meaning = f"{name} of log returns; low … high: 95 % band of white noise"
    for lag in range(1, lags + 1):
        if lag > count:
            yield Statistic("log_return", nan, meaning, lag)
            continue
        value = float(values[lag - 1])
        p = math.erfc(abs(value) * math.sqrt(len(r) / 2))
        yield Statistic("log_return", value, meaning, lag, -band, band, p)
