"""Days of bars: sessions of an exchange, or days of a time zone."""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from signalcli.config.resample import NO_CALENDAR, ResampleConfig
from signalcli.data.calendars import ALWAYS, AUTO, exchange_calendar
from signalcli.errors import UsageError, printable

_ONE_DAY = np.timedelta64(1, "D")


class Sessions(NamedTuple):
    """The day of each bar.

    Parameters
    ----------
    days : ndarray of datetime64[D]
        Day at the exchange or in the zone.
    opens, closes : ndarray of datetime64[us]
        Moments in UTC at which the day begins and ends.
    inside : ndarray of bool
        Whether the bar lies in a session.
    following : ndarray of datetime64[D]
        The next day on which there may be a bar.
    """

    days: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    inside: np.ndarray
    following: np.ndarray


def find_sessions(dates: np.ndarray, config: ResampleConfig, *, daily: bool) -> Sessions:
    """Return the days of bars by their dates (datetime64[us]). Raises UsageError for an unknown calendar."""
    if config.calendar == AUTO:
        text = "--calendar auto: must be the code of an exchange, 24/7 or none"
        raise UsageError("OPTION-VALUE", text)
    if config.calendar not in {NO_CALENDAR, ALWAYS}:
        return _of_exchange(dates, _calendar(config.calendar, dates), daily=daily)
    zone = _zone(config.zone)  # a name that does not exist is refused for daily bars, too
    return _of_zone(dates, ZoneInfo("UTC") if daily else zone)


def _calendar(code: str, dates: np.ndarray) -> Any:
    """Return the calendar of an exchange. Raises UsageError that names the choices of `resample`."""
    try:
        return exchange_calendar(code, pd.Timestamp(dates.min()), pd.Timestamp(dates.max()))
    except UsageError as error:
        text = error.message.replace("auto, ", "").replace("auto or ", "")
        raise UsageError(error.code, text) from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError("OPTION-VALUE", f"--zone {printable(name)}: no such time zone") from error


def _of_zone(dates: np.ndarray, zone: ZoneInfo) -> Sessions:
    local = pd.DatetimeIndex(dates).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days = local.to_numpy("datetime64[D]")
    opens, closes = _midnights(days, zone), _midnights(days + _ONE_DAY, zone)
    return Sessions(days, opens, closes, np.ones(len(dates), bool), days + _ONE_DAY)


def _midnights(days: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """Return the moments at which days begin."""
    local = pd.DatetimeIndex(days.astype("datetime64[us]"))
    begins = local.tz_localize(zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward")
    return begins.tz_convert(None).to_numpy("datetime64[us]")


def _of_exchange(dates: np.ndarray, calendar: Any, *, daily: bool) -> Sessions:
    sessions = calendar.sessions.tz_localize(None).to_numpy("datetime64[D]")
    opens, closes = (
        pd.DatetimeIndex(times).tz_convert(None).to_numpy("datetime64[us]")
        for times in (calendar.opens, calendar.closes)
    )
    begins = sessions.astype("datetime64[us]") if daily else opens
    at = np.searchsorted(begins, dates, side="right") - 1
    within = dates == begins[at] if daily else dates < closes[at]
    nearest = np.maximum(at, 0)
    return Sessions(
        sessions[nearest],
        opens[nearest],
        closes[nearest],
        (at >= 0) & within,
        sessions[np.minimum(at + 1, len(sessions) - 1)],
    )
