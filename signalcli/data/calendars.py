"""Days with expected bars: by the calendar of an exchange, or by the usual weekdays of the bars."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.errors import UsageError, nearest, printable
from signalcli.io.libraries import require_library

ALWAYS, AUTO, NONE = "24/7", "auto", "none"
_FEWEST_WEEKS = 4  # needed to infer usual weekdays
_WORKDAYS, _EVERY_DAY = [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6]


def sessions_between(rows: pd.DataFrame, config: QualityConfig, before: pd.Timestamp) -> pd.DatetimeIndex:
    """Return the days with an expected session after the last bar and before a day.

    rows : bars of a day or less of one symbol, sorted by date. Without an exchange the usual weekdays of the
    bars decide, Monday to Friday when there are too few bars; holidays then count as sessions.
    """
    last = rows["date"].iloc[-1].normalize()
    if config.calendar not in {ALWAYS, AUTO, NONE}:
        sessions = exchange_calendar(config.calendar, last, before).sessions.tz_localize(None)
        return sessions[(sessions > last) & (sessions < before)]
    days = pd.date_range(last, before, inclusive="neither")
    return days[days.day_of_week.isin(_weekdays(rows, config))]


def usual_weekdays(days: pd.Series[Any], config: QualityConfig) -> list[int]:
    """Return the weekdays, 0 = Monday, with a session in most weeks; empty with too few weeks."""
    every = pd.date_range(days.min(), days.max())
    if len(every) < 7 * _FEWEST_WEEKS:
        return []
    present = pd.DatetimeIndex(days.unique())
    share = present.day_of_week.value_counts() / every.day_of_week.value_counts()
    return list(share.index[share > config.regular_share])


def _weekdays(rows: pd.DataFrame, config: QualityConfig) -> list[int]:
    days = rows["date"].dt.normalize()
    if config.calendar == ALWAYS:
        return _EVERY_DAY
    weekends = (days.dt.day_of_week > _WORKDAYS[-1]).any()
    return usual_weekdays(days, config) or (_EVERY_DAY if weekends else _WORKDAYS)


def exchange_calendar(code: str, first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """Return the calendar of an exchange from the optional package exchange_calendars. Raises UsageError."""
    require_library(
        "exchange_calendars", f"--calendar {printable(code)}", "auto, 24/7 and none do not need it"
    )
    import exchange_calendars
    from exchange_calendars.errors import CalendarError, InvalidCalendarName

    begin, end = (first - pd.Timedelta(days=7)).normalize(), (last + pd.Timedelta(days=7)).normalize()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its warnings about pandas are of no use to the user
            return exchange_calendars.get_calendar(code, start=begin, end=end)
    except InvalidCalendarName as error:
        near = nearest(code, exchange_calendars.get_calendar_names(), 3)
        text = f"--calendar {printable(code)}: no such calendar; use {near} or 24/7, auto, none"
        raise UsageError("CALENDAR-NAME", text) from error
    except (CalendarError, ValueError) as error:
        span = f"{begin:%Y-%m-%d} … {end:%Y-%m-%d}"
        text = f"--calendar {printable(code)}: no data for {span}; use auto or none"
        raise UsageError("CALENDAR-RANGE", text) from error
