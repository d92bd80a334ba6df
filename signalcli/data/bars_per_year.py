"""Bars per year, from the usual spacing of bars and the bars of a session, not from the span of the table.

A table may be short, end within a week, or have a hole of years: none of these changes how often a bar comes.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

_HOUR, _DAY = 3600, 86_400
_PAUSE = 4 * _HOUR  # a longer gap between intraday bars ends a session; a break for lunch does not
_LONG_BARS = ((7, 7, 52), (28, 31, 12), (89, 92, 4), (365, 366, 1))  # least and most days, bars a year
EXCHANGE_DAYS, SIX_DAYS, EVERY_DAY = 252, 302, 365  # sessions a year


def bars_per_year(dates: np.ndarray) -> float:
    """Bars per year of ascending dates; NaN with fewer than two.

    Daily bars have 252 a year, 365 with Saturdays and Sundays; intraday bars as many times the bars of a
    session. Longer bars have 52, 12, 4 or 1.
    """
    return _bars_per_year(dates.tobytes(), dates.dtype) if len(dates) > 1 else math.nan


@functools.lru_cache(maxsize=64)  # most groups of a table have the same dates
def _bars_per_year(content: bytes, unit: np.dtype[Any]) -> float:
    seconds = np.unique(np.frombuffer(content, unit).astype("datetime64[s]").view("int64"))
    if len(seconds) < 2:
        return math.nan
    days = np.unique(seconds // _DAY)
    step = _most_frequent(np.diff(seconds))
    if step < _DAY:
        return float(round(sessions_per_year(days) * _bars_of_a_session(seconds, step)))
    return _bars_of_days(days, step // _DAY)


def sessions_per_year(days: np.ndarray) -> int:
    """Sessions per year of days since 1970: 365 with weekends, 302 with Saturdays only, else 252."""
    by_weekday = np.bincount((days + 3) % 7, minlength=7)  # from Monday; 1970-01-01 was a Thursday
    saturday, sunday = (2 * by_weekday[day] > by_weekday.max() for day in (5, 6))
    if not saturday:
        return EXCHANGE_DAYS
    return EVERY_DAY if sunday or days[-1] - days[0] < 7 else SIX_DAYS


def _bars_of_days(days: np.ndarray, step: int) -> float:
    """Bars per year of bars that are ``step`` days apart."""
    for least, most, count in _LONG_BARS:
        if least <= step <= most:
            return float(count)
    per_year = sessions_per_year(days)
    return float(max(round(per_year / _sessions_apart(days, step, per_year)), 1))


def _sessions_apart(days: np.ndarray, step: int, per_year: int) -> int:
    """Sessions from one bar to the next; from Friday to Monday it is one."""
    if per_year != EXCHANGE_DAYS:
        return step
    dates = days.astype("datetime64[D]")
    return max(_most_frequent(np.busday_count(dates[:-1], dates[1:])), 1)


def _bars_of_a_session(seconds: np.ndarray, step: int) -> float:
    """Median number of bars of a session; those of a day where bars go on around the clock."""
    ends = np.flatnonzero(np.diff(seconds) > max(_PAUSE, 1.5 * step))
    starts, ends = np.concatenate([[0], ends + 1]), np.concatenate([ends, [len(seconds) - 1]])
    counts = ends - starts + 1
    length = seconds[ends] - seconds[starts] + step
    return float(np.median(counts * np.minimum(_DAY / length, 1.0)))


def _most_frequent(values: np.ndarray) -> int:
    distinct, counts = np.unique(values, return_counts=True)
    return int(distinct[np.argmax(counts)])
