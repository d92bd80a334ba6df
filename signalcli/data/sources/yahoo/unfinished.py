"""Which bars are over, judged by Yahoo's trading hours and a clock given as an argument."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

# Yahoo's quotes run up to this much behind the exchange, and a closing auction comes after the bell.
SETTLE = timedelta(minutes=30)
# Trading every day of the week.
NO_WEEKEND = {"CRYPTOCURRENCY"}

LENGTHS = {
    "1d": pd.DateOffset(days=1),
    "1wk": pd.DateOffset(weeks=1),
    "1mo": pd.DateOffset(months=1),
    "3mo": pd.DateOffset(months=3),
}


def finished(stamps: pd.DatetimeIndex, interval: str, meta: Mapping[str, Any], now: datetime) -> np.ndarray:
    """Mask of the bars that cannot change any more.

    Parameters
    ----------
    stamps : DatetimeIndex
        Beginning of each bar, in the exchange's zone.
    interval : str
        Length of the bars.
    meta : mapping
        Yahoo's metadata; of it ``currentTradingPeriod`` (which knows half-days), ``exchangeTimezoneName`` and
        ``instrumentType`` are read.
    now : datetime
        Aware.
    """
    length = LENGTHS.get(interval)
    if length is None:
        return _ends(stamps, pd.Timedelta(_spelled(interval)), meta) <= pd.Timestamp(now)
    days = stamps.tz_localize(None).normalize()
    return days + length <= pd.Timestamp(_first_open_day(meta, now))


def _ends(stamps: pd.DatetimeIndex, length: pd.Timedelta, meta: Mapping[str, Any]) -> pd.DatetimeIndex:
    ends, session = stamps + length, _session(meta)
    if session is None:
        return ends
    # The last bar of a session may be cut short by the bell.
    inside = (stamps >= session[0]) & (stamps < session[1])
    return ends.where(~(inside & (ends > session[1])), session[1])


def _first_open_day(meta: Mapping[str, Any], now: datetime) -> date:
    """First local day whose trading may not be over."""
    today = now.astimezone(ZoneInfo(meta["exchangeTimezoneName"])).date()
    session = _session(meta)
    if session is None:
        return today
    day = session[0].date()
    return day if now < session[1] + SETTLE else max(today, _next_day(day, meta))


def _next_day(day: date, meta: Mapping[str, Any]) -> date:
    # A week is over on Friday night, not only when Monday comes.
    skip = 1 if meta.get("instrumentType") in NO_WEEKEND else {4: 3, 5: 2}.get(day.weekday(), 1)
    return day + timedelta(days=skip)


def _session(meta: Mapping[str, Any]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Begin and end of the current or latest regular session."""
    regular = (meta.get("currentTradingPeriod") or {}).get("regular") or {}
    begin, end = regular.get("start"), regular.get("end")
    if not isinstance(begin, pd.Timestamp) or not isinstance(end, pd.Timestamp):
        return None
    return begin, end


def _spelled(interval: str) -> str:
    return interval.replace("m", "min")
