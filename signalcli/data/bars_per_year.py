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
_MONTH, _MONTH_ENDS = 365.2425 / 12, 3  # days; months that end with a weekday are so much longer or shorter
_WEEKS = 52
EXCHANGE_DAYS, SIX_DAYS, EVERY_DAY = 252, 302, 365  # sessions a year
_WEEKDAYS = 261  # a year, holidays included
_SATURDAY, _SUNDAY = 5, 6
_MIXED = 0.1  # share of bars that come sooner than usual, from which on they do so regularly


def bars_per_year(dates: np.ndarray) -> float:
    """Bars per year of ascending dates; NaN with fewer than two.

    Daily bars have 252 a year, 302 on six and 365 on seven days of the week; intraday bars as many times the
    bars of a session. Bars of whole weeks, months or years have as many as fit into 52 weeks or 12 months.
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
        usual = _usual_weekdays(days)
        if not usual[_SATURDAY]:
            usual[_SUNDAY] = False  # the first hours of a week around the clock, or of Monday further east
        return float(round(_sessions_per_year(days, usual) * _bars_of_a_session(seconds, step)))
    return float(max(round(_bars_of_days(days, step // _DAY)), 1))


def _usual_weekdays(days: np.ndarray) -> np.ndarray:
    """Which weekdays, from Monday, usually have bars, bool (7,): half as often as the most usual one."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    possible = np.bincount((np.arange(days[0], days[-1] + 1) + 3) % 7, minlength=7)
    share = np.bincount(weekday, minlength=7) / np.maximum(possible, 1)
    usual: np.ndarray = 2 * share > share.max()
    return usual


def _sessions_per_year(days: np.ndarray, usual: np.ndarray) -> int:
    """Sessions per year by the usual weekdays; a Saturday of less than a week stands for seven."""
    if days[-1] - days[0] < 7:
        return EVERY_DAY if usual[_SATURDAY] else EXCHANGE_DAYS
    return {7: EVERY_DAY, 6: SIX_DAYS}.get(int(usual.sum()), EXCHANGE_DAYS)


def _bars_of_days(days: np.ndarray, step: int) -> float:
    """Bars per year of bars that are usually ``step`` days apart."""
    steps, months = np.diff(days), round(step / _MONTH)
    regular = 2 * np.count_nonzero(steps == step) > len(steps)
    if step % 7 == 0 and regular and (step < 28 or len(steps) > 1):  # one step of 28 days is a February
        return _WEEKS * 7 / step
    if months and abs(step - months * _MONTH) <= _MONTH_ENDS:
        return 12 / months
    per_year = _sessions_per_year(days, _usual_weekdays(days))
    return per_year / step if per_year != EXCHANGE_DAYS else _bars_of_weekdays(days, step)


def _bars_of_weekdays(days: np.ndarray, step: int) -> float:
    """Bars per year on exchange days, by the weekdays from one bar to the next: one from Friday to Monday.

    Intervals of days of the calendar hold more or fewer weekdays; then their mean counts.
    """
    dates = days.astype("datetime64[D]")
    apart = np.busday_count(dates[:-1], dates[1:])
    usual = max(_most_frequent(apart), 1)
    if step == 1 or np.mean(apart < usual) < _MIXED:
        return EXCHANGE_DAYS / usual
    return _WEEKDAYS / float(np.mean(apart[apart <= usual]))


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
