"""A symbol compared with all symbols of the same date; the only set that reads other symbols.

A daily bar is known at the close of its exchange. What closes later on the same date is not known yet, so the
bar before it is read instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from signalcli.data.closes import CloseTime
from signalcli.features.feature import Feature
from signalcli.features.sets.lags import log_return
from signalcli.features.timeseries.panel import Panel

LONGEST_PAUSE = np.timedelta64(7, "D")  # age up to which the bar before a day stands for that day
MARKET = ("market_ret", "market_up", "ret_rank")


class Column(NamedTuple):
    """Log returns of one symbol, with the dates of its bars and the close that makes them known."""

    dates: np.ndarray
    returns: np.ndarray
    close: CloseTime


def market_columns(
    dates: np.ndarray,
    close: np.ndarray,
    starts: np.ndarray,
    closes: Sequence[CloseTime] | None = None,
    after_gap: Sequence[int] | np.ndarray = (),
) -> dict[str, np.ndarray]:
    """The columns `MARKET` of a flat table sorted by symbol; ``starts`` are the first rows of the symbols.

    ``closes`` are the closes of the symbols; without them all symbols are known at the same moment. Rows
    ``after_gap``, and others that are not compared, have no return.
    """
    returns = log_return(close)
    returns[[*starts, *after_gap]] = np.nan
    columns = {name: np.full(len(close), np.nan) for name in MARKET}
    if closes is None or len(set(closes)) == 1:
        _fill(columns, dates, returns, np.arange(len(dates)), len(dates))
        return columns
    ends = [*starts[1:].tolist(), len(dates)]
    symbols = [
        Column(dates[a:b], returns[a:b], c) for a, b, c in zip(starts.tolist(), ends, closes, strict=True)
    ]
    of_row = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(dates))))
    for viewer in set(closes):
        own = np.flatnonzero(np.isin(of_row, [i for i, c in enumerate(closes) if c == viewer]))
        seen = [
            _as_seen(symbol, np.unique(dates[own]), viewer) for symbol in symbols if symbol.close != viewer
        ]
        days = np.concatenate([dates[own], *(d for d, _ in seen)])
        values = np.concatenate([returns[own], *(r for _, r in seen)])
        _fill(columns, days, values, own, len(own))
    return columns


def _as_seen(symbol: Column, days: np.ndarray, viewer: CloseTime) -> tuple[np.ndarray, np.ndarray]:
    """Days and the returns of a symbol that are known at the viewer's closes of these days.

    A symbol that closes later on a day is seen with its bar before that day, if it is not older than a week.
    """
    now = viewer.at(days)
    closed = np.searchsorted(symbol.close.at(symbol.dates), now, side="right")
    last = np.minimum(closed, np.searchsorted(symbol.dates, days, side="right")) - 1
    age = days - symbol.dates[np.maximum(last, 0)]
    longest = np.where(symbol.close.at(days) > now, LONGEST_PAUSE, np.timedelta64(0, "D"))
    known = (last >= 0) & (age <= longest)
    return days[known], symbol.returns[last[known]]


def _fill(columns: dict[str, np.ndarray], days: np.ndarray, r: np.ndarray, own: np.ndarray, n: int) -> None:
    """Fill the rows ``own``, which are the first ``n`` of ``days`` and ``r``; the others are seen by them."""
    known = np.flatnonzero(~np.isnan(r))
    day, returns = np.unique(days[known], return_inverse=True)[1], r[known]
    kept = known < n
    rows = own[known[kept]]
    columns["market_ret"][rows] = mean_of_day(day, returns)[kept]
    columns["market_up"][rows] = mean_of_day(day, (returns > 0).astype("float64"))[kept]
    columns["ret_rank"][rows] = rank_in_day(day, returns)[kept]


def mean_of_day(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of the values of each row's day, (n_rows,)."""
    return (np.bincount(day, values) / np.bincount(day))[day]


def rank_in_day(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Rank of each value in its day divided by the day's count (above 0, up to 1); ties get the mean rank."""
    order = np.lexsort((values, day))
    day, values = day[order], values[order]
    new = np.ones(len(day), bool)
    new[1:] = (day[1:] != day[:-1]) | (values[1:] != values[:-1])
    tie = np.cumsum(new) - 1
    count = np.bincount(tie)
    first = np.flatnonzero(new)
    day_start = np.searchsorted(day, day[first])
    mean_rank = first - day_start + (count + 1) / 2
    out = np.empty(len(day))
    out[order] = mean_rank[tie] / np.bincount(day)[day]
    return out


def cross_section_features() -> list[Feature]:
    """``market_ret``, ``market_up``, ``ret_excess`` and ``ret_rank``."""
    ret = "r = ln(close / close 1 bar before)"
    return [
        _feature("market_ret", lambda p: p["market_ret"], f"mean of the symbols' {ret}", "log return"),
        _feature("market_up", lambda p: p["market_up"], f"share of the symbols with r > 0, {ret}", "0…1"),
        _feature(
            "ret_excess",
            lambda p: log_return(p["close"]) - p["market_ret"],
            f"r - market_ret, {ret}",
            "log return",
        ),
        _feature(
            "ret_rank", lambda p: p["ret_rank"], f"rank of r among the symbols / their number, {ret}", "0…1"
        ),
    ]


def _feature(name: str, make: Callable[[Panel], np.ndarray], formula: str, unit: str) -> Feature:
    return Feature(name=name, make=make, look_back=2, formula=formula, unit=unit, across=True)
