"""Days on which bars are to be expected: by an exchange's calendar, or by the week that bars keep."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.errors import UsageError, printable

if TYPE_CHECKING:
    from typing import Any

ALWAYS, AUTO, NONE = "24/7", "auto", "none"
_FEWEST_WEEKS = 4  # of which a habit can be read
_WORKDAYS, _EVERY_DAY = [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6]


def sessions_between(rows: pd.DataFrame, config: QualityConfig, before: pd.Timestamp) -> pd.DatetimeIndex:
    """Days after the last bar and before a day on which a session was to be expected.

    rows : bars of a day or less of one symbol, by date. Without an exchange the weekdays of the bars decide,
    Monday to Friday where they are too few to tell; holidays are then sessions, too.
    """
    last = rows["date"].iloc[-1].normalize()
    if config.calendar not in {ALWAYS, AUTO, NONE}:
        known = exchange(config.calendar, last, before).sessions.tz_localize(None)
        return known[(known > last) & (known < before)]
    every = pd.date_range(last, before, inclusive="neither")
    return every[every.day_of_week.isin(_weekdays(rows, config))]


def usual_weekdays(days: pd.Series[Any], config: QualityConfig) -> list[int]:
    """Weekdays, 0 = Monday, on which most weeks have a session; none where the weeks are too few."""
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


def exchange(code: str, first: pd.Timestamp, last: pd.Timestamp) -> Any:
    """Calendar of an exchange from exchange_calendars, which is an optional extra. Raises UsageError."""
    try:
        import exchange_calendars
        from exchange_calendars.errors import CalendarError, InvalidCalendarName
    except ImportError as error:
        raise UsageError(
            "CALENDAR-EXTRA",
            f"--calendar {printable(code)} needs exchange_calendars: pip install 'signalcli[calendar]'; "
            "auto, 24/7 and none need nothing",
        ) from error
    begin, end = (first - pd.Timedelta(days=7)).normalize(), (last + pd.Timedelta(days=7)).normalize()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it does with pandas is not the user's to mend
            return exchange_calendars.get_calendar(code, start=begin, end=end)
    except InvalidCalendarName as error:
        near = get_close_matches(code, exchange_calendars.get_calendar_names(), n=3) or [
            "XNYS",
            "XLON",
            "XETR",
        ]
        text = f"--calendar {printable(code)}: no such calendar; as {', '.join(near)}, 24/7, auto or none"
        raise UsageError("CALENDAR-NAME", text) from error
    except (CalendarError, ValueError) as error:
        text = (
            f"--calendar {printable(code)}: not known for {begin:%Y-%m-%d} … {end:%Y-%m-%d}; use auto or none"
        )
        raise UsageError("CALENDAR-RANGE", text) from error
