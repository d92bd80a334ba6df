"""How many bars there are, when, and how often the next one is up."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from signalcli.evaluation.significance.paired import wilson
from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

YEAR = np.timedelta64(365, "D") + np.timedelta64(6, "h")


def summary(history: History) -> Iterator[Number]:
    """Size, span, growth, and the base rate of up bars with its 95 % Wilson interval."""
    dates, closes = history.bars["date"].to_numpy(), history.bars["close"].to_numpy("float64")
    first, last = (np.datetime_as_string(d, unit="D") for d in (dates[0], dates[-1]))
    years = float((dates[-1] - dates[0]) / YEAR)
    yield Number("bars", float(len(dates)), f"bars from {first} to {last}")
    yield Number("years", years, "calendar years from the first bar to the last")
    yield Number("bars_per_year", (len(dates) - 1) / years if years else UNKNOWN, "bars in a calendar year")
    yield Number("growth", float(closes[-1] / closes[0] - 1), "return from the first close to the last")
    up = history.returns > 0
    yield _base_rate(int(up.sum()), len(up))
    flat = float(np.mean(history.returns == 0)) if len(up) else UNKNOWN
    yield Number("flat_rate", flat, "share of bars that close where the bar before closed")


def _base_rate(up: int, n: int) -> Number:
    meaning = "share of bars that close up: what always saying up would score; p of a fair coin"
    if n == 0:
        return Number("base_rate", UNKNOWN, meaning)
    low, high = wilson(up, n)
    distance = abs(up - n / 2) / math.sqrt(n / 4)
    p = math.erfc(distance / math.sqrt(2))
    return Number("base_rate", up / n, meaning, low=low, high=high, p_value=p)
