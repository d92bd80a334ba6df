"""The length of a bar as the dates show it, and the labels of the bars that are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
FEW = 10  # dates that cannot show it; Monday to Friday is then taken for granted
RECENT = 60  # dates whose weekdays say on which days there are bars


def interval_of(dates: Iterable[np.ndarray]) -> str | None:
    """Most frequent step between dates, as ``5m``, ``1h``, ``1d``, ``1wk``, ``1mo`` or ``3mo``.

    dates : one ascending array of datetime64 for each symbol. None where no symbol has two dates.
    """
    each = [np.diff(d).astype("timedelta64[s]").astype("int64") for d in dates]
    steps = np.concatenate([np.zeros(0, "int64"), *each])
    if not len(steps):
        return None
    values, counts = np.unique(steps, return_counts=True)
    return _name(int(values[np.argmax(counts)]))


def _name(seconds: int) -> str:
    days = seconds // _DAY
    if seconds % _DAY == 0 and 28 <= days <= 31:
        return "1mo"
    if seconds % _DAY == 0 and 89 <= days <= 92:
        return "3mo"
    for length, unit in ((7 * _DAY, "wk"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def ahead(dates: np.ndarray, steps: int, interval: str, calendar: str = "auto") -> np.datetime64:
    """Likely label of the bar ``steps`` after the last of ``dates``.

    Daily bars come on the days of the calendar: an exchange's code, ``24/7``, or ``auto``, the weekdays on
    which they came lately. Of other bars no sessions are known; months keep the day of the month.
    """
    last = dates[-1]
    number, unit = int(interval.rstrip("abcdefghijklmnopqrstuvwxyz")), interval.lstrip("0123456789")
    if unit == "mo":
        return _months_on(last, number * steps)
    if interval == "1d":
        return _days_on(dates, steps) if calendar == "auto" else _sessions_on(last, steps, calendar)
    seconds = {"wk": 7 * _DAY, "d": _DAY, "h": _HOUR, "m": _MINUTE, "s": 1}[unit]
    return last + np.timedelta64(number * steps * seconds, "s")


def _sessions_on(last: np.datetime64, steps: int, calendar: str) -> np.datetime64:
    day = last.astype("datetime64[D]")
    if calendar == "24/7":
        return last + np.timedelta64(steps, "D")
    import pandas as pd

    from signalcli.data.calendars import exchange

    far = day + np.timedelta64(14 + 2 * steps, "D")  # no exchange is closed for longer
    known = exchange(calendar, pd.Timestamp(day), pd.Timestamp(far)).sessions.tz_localize(None)
    coming = known[known > pd.Timestamp(day)]
    return last + (coming[steps - 1].to_datetime64().astype("datetime64[D]") - day)


def _days_on(dates: np.ndarray, steps: int) -> np.datetime64:
    recent = dates[-RECENT:].astype("datetime64[D]")
    weekdays = (recent.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    # A weekday that is seldom seen is an exception, such as one session on a Saturday.
    usual = np.bincount(weekdays, minlength=7) * 20 > len(recent)
    if len(recent) < FEW:
        usual[:5] = True
    whole = dates[-1].astype("datetime64[D]")
    return dates[-1] + (np.busday_offset(whole, steps, roll="backward", weekmask=usual) - whole)


def _months_on(last: np.datetime64, months: int) -> np.datetime64:
    start = last.astype("datetime64[M]")
    into = last - start.astype(last.dtype)
    longest = (start + months + 1).astype("datetime64[D]") - (start + months).astype("datetime64[D]")
    into = min(into, longest - np.timedelta64(1, "D"))
    return (start + months).astype(last.dtype) + into
