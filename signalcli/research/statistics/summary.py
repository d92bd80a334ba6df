"""Number of bars, their time span, and the share of bars that close up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import nan

import numpy as np

from signalcli.backtesting.market import YEAR
from signalcli.data.bars_per_year import bars_per_year
from signalcli.evaluation.significance.shares import wilson
from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic


def summarize(series: PriceSeries) -> Iterator[Statistic]:
    """Number of bars, span, growth, and the base rate of up bars with its 95 % Wilson interval."""
    dates, closes = series.bars["date"].to_numpy(), series.bars["close"].to_numpy("float64")
    first, last = (np.datetime_as_string(d, unit="D") for d in (dates[0], dates[-1]))
    years = float((dates[-1] - dates[0]) / YEAR)
    yield Statistic("bars", float(len(dates)), f"bars from {first} to {last}")
    yield Statistic("years", years, "calendar years from the first bar to the last")
    yield Statistic("bars_per_year", bars_per_year(dates), "bars a year by their usual spacing as in METRICS")
    yield Statistic("growth", float(closes[-1] / closes[0] - 1), "return from the first close to the last")
    up = series.returns > 0
    yield _base_rate(int(up.sum()), len(up))
    flat = float(np.mean(series.returns == 0)) if len(up) else nan
    yield Statistic("flat_rate", flat, "share of bars with the same close as the bar before")


def _base_rate(up: int, n: int) -> Statistic:
    meaning = "share of bars that close up: the accuracy of always predicting up; p: against one half"
    if n == 0:
        return Statistic("base_rate", nan, meaning)
    low, high = wilson(up, n)
    z = abs(up - n / 2) / math.sqrt(n / 4)
    p = math.erfc(z / math.sqrt(2))
    return Statistic("base_rate", up / n, meaning, low=low, high=high, p_value=p)
