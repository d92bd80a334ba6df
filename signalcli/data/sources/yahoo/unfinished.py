"""Find the finished bars, by Yahoo's trading hours and the current time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

# Yahoo's quotes are delayed up to this much, and the closing auction follows the end of the session.
SETTLE = timedelta(minutes=30)
NO_WEEKEND = {"CRYPTOCURRENCY"}  # instrument types that trade every day

LENGTHS = {
    "1d": pd.DateOffset(days=1),
    "1wk": pd.DateOffset(weeks=1),
    "1mo": pd.DateOffset(months=1),
    "3mo": pd.DateOffset(months=3),
}


def is_finished(
    starts: pd.DatetimeIndex, interval: str, meta: Mapping[str, Any], now: datetime
) -> np.ndarray:
    """Return the mask of the bars that cannot change any more.

    Parameters
    ----------
    starts : DatetimeIndex
        Start of each bar, in the exchange's zone.
    interval : str
        Interval of the bars.
    meta : mapping
        Yahoo's metadata, with ``currentTradingPeriod`` (it includes half-days), ``exchangeTimezoneName`` and
        ``instrumentType``.
    now : datetime
        With a time zone.
    """
    length = LENGTHS.get(interval)
    if length is None:
        return _ends(starts, pd.Timedelta(interval.replace("m", "min")), meta) <= pd.Timestamp(now)
    days = starts.tz_localize(None).normalize()
    return days + length <= pd.Timestamp(_first_unfinished_day(meta, now))


def _ends(starts: pd.DatetimeIndex, length: pd.Timedelta, meta: Mapping[str, Any]) -> pd.DatetimeIndex:
    ends, session = starts + length, _session(meta)
    if session is None:
        return ends
    # The last bar of a session may be shorter.
    inside = (starts >= session[0]) & (starts < session[1])
    return ends.where(~(inside & (ends > session[1])), session[1])


def _first_unfinished_day(meta: Mapping[str, Any], now: datetime) -> date:
    """Return the first local day whose trading may not be finished."""
    today = now.astimezone(ZoneInfo(meta["exchangeTimezoneName"])).date()
    session = _session(meta)
    if session is None:
        return today
    day = session[0].date()
    return day if now < session[1] + SETTLE else max(today, _next_day(day, meta))


def _next_day(day: date, meta: Mapping[str, Any]) -> date:
    # A week is finished on Friday evening already.
    skip = 1 if meta.get("instrumentType") in NO_WEEKEND else {4: 3, 5: 2}.get(day.weekday(), 1)
    return day + timedelta(days=skip)


def _session(meta: Mapping[str, Any]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return start and end of the current or latest regular session."""
    regular = (meta.get("currentTradingPeriod") or {}).get("regular") or {}
    start, end = regular.get("start"), regular.get("end")
    return (start, end) if isinstance(start, pd.Timestamp) and isinstance(end, pd.Timestamp) else None
