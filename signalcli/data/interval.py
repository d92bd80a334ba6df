"""Infer the interval of bars from their dates, and the dates of future bars."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from signalcli.data.calendars import ALWAYS, AUTO, exchange_calendar

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SECONDS = {"wk": 7 * _DAY, "d": _DAY, "h": _HOUR, "m": _MINUTE, "s": 1}
FEW = 10  # with fewer dates, Monday to Friday are assumed to have bars
RECENT = 60  # latest dates from which the usual weekdays are inferred


def infer_interval(dates: Iterable[np.ndarray]) -> str | None:
    """Return the most frequent step between dates, such as ``5m``, ``1h``, ``1d``, ``1wk`` or ``3mo``.

    dates : one ascending array of datetime64 for each symbol. None when no symbol has two dates.
    """
    by_symbol = [np.diff(d).astype("timedelta64[s]").astype("int64") for d in dates]
    steps = np.concatenate([np.zeros(0, "int64"), *by_symbol])
    if not len(steps):
        return None
    values, counts = np.unique(steps, return_counts=True)
    return _interval_name(int(values[np.argmax(counts)]))


def _interval_name(seconds: int) -> str:
    days = seconds // _DAY
    if seconds % _DAY == 0 and 28 <= days <= 31:
        return "1mo"
    if seconds % _DAY == 0 and 89 <= days <= 92:
        return "3mo"
    for length, unit in ((7 * _DAY, "wk"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def interval_days(interval: str) -> float:
    """Return the length of an interval in days; a month has 30."""
    number, unit = _split(interval)
    return number * 30.0 if unit == "mo" else number * _SECONDS[unit] / _DAY


def _split(interval: str) -> tuple[int, str]:
    return int(interval.rstrip("abcdefghijklmnopqrstuvwxyz")), interval.lstrip("0123456789")


def future_date(dates: np.ndarray, steps: int, interval: str, calendar: str = AUTO) -> np.datetime64:
    """Return the likely date of the bar ``steps`` bars after the last of ``dates``.

    Daily bars follow the calendar: an exchange code, ``24/7``, or ``auto`` for the usual weekdays of the
    latest dates. Other bars ignore sessions; monthly ones keep the day of the month.
    """
    last = dates[-1]
    number, unit = _split(interval)
    if unit == "mo":
        return _add_months(last, number * steps)
    if interval == "1d":
        return _add_weekdays(dates, steps) if calendar == AUTO else _add_sessions(last, steps, calendar)
    return last + np.timedelta64(number * steps * _SECONDS[unit], "s")


def _add_sessions(last: np.datetime64, steps: int, calendar: str) -> np.datetime64:
    day = last.astype("datetime64[D]")
    if calendar == ALWAYS:
        return last + np.timedelta64(steps, "D")
    far = day + np.timedelta64(14 + 2 * steps, "D")  # no exchange is closed for longer
    calendar_days = exchange_calendar(calendar, pd.Timestamp(day), pd.Timestamp(far))
    sessions = calendar_days.sessions.tz_localize(None)
    future = sessions[sessions > pd.Timestamp(day)]
    return last + (future[steps - 1].to_datetime64().astype("datetime64[D]") - day)


def _add_weekdays(dates: np.ndarray, steps: int) -> np.datetime64:
    recent = dates[-RECENT:].astype("datetime64[D]")
    weekdays = (recent.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    # A rare weekday, such as a single session on a Saturday, is an exception.
    usual = np.bincount(weekdays, minlength=7) * 20 > len(recent)
    if len(recent) < FEW:
        usual[:5] = True
    day = recent[-1]
    return dates[-1] + (np.busday_offset(day, steps, roll="backward", weekmask=usual) - day)


def _add_months(last: np.datetime64, months: int) -> np.datetime64:
    """Return the date some months later, with the day of the month cut to the length of that month."""
    month = last.astype("datetime64[M]")
    offset = last - month.astype(last.dtype)
    target = month + months
    days = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")
    return target.astype(last.dtype) + min(offset, days - np.timedelta64(1, "D"))
