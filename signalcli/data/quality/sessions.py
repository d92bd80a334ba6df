"""Days without bars and bars without a session, beside an exchange's calendar or the bars' own week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import ALWAYS, AUTO, NONE, exchange, usual_weekdays
from signalcli.data.quality.dates import is_intraday, spacing
from signalcli.data.quality.findings import Finding, finding, runs
from signalcli.data.quality.prices import PRICES

if TYPE_CHECKING:
    from typing import Any

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def sessions(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Gaps and extra sessions of bars of a day or less."""
    if config.calendar == NONE or spacing(rows) > np.timedelta64(30, "h"):
        return []
    if config.calendar == AUTO:
        found = _own_week(rows, config)
    elif config.calendar == ALWAYS:
        days = rows["date"].dt.normalize()
        found = _gaps(rows, days, pd.date_range(days.min(), days.max()), "day", 1)
    else:
        found = _against_exchange(rows, config.calendar)
    return found + (_holes(rows, config) if is_intraday(rows) else [])


def _own_week(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Gaps longer than holidays, by the weekdays on which these bars usually have a session."""
    days = rows["date"].dt.normalize()
    every = pd.date_range(days.min(), days.max())
    usual = usual_weekdays(days, config)
    if not usual:
        return []
    most = 1 if len(usual) == 7 else config.longest_closure + 1
    found = _gaps(rows, days, every[every.day_of_week.isin(usual)], "weekday", most)
    return found + _unusual_days(rows, days, [d for d in range(7) if d not in usual])


def _unusual_days(rows: pd.DataFrame, days: pd.Series[Any], unusual: list[int]) -> list[Finding]:
    """Sessions on a weekday that has none as a rule: real ones are worth a word, copies of a close an error.

    Nothing is said about a day that often has bars, as the Sunday evenings of a currency.
    """
    often = days.dt.day_of_week.value_counts() / max(1, days.nunique() / 5)
    rare = days.dt.day_of_week.isin([d for d in unusual if often.get(d, 0) < 0.1]).to_numpy()
    found = []
    for run in runs(rare):
        part = rows.iloc[run]
        name = _NAMES[part["date"].iloc[0].day_of_week]
        copied = run.start > 0 and bool((part[PRICES] == rows["close"].iloc[run.start - 1]).all(axis=None))
        text = f"a session on a {name}" + (" that only copies the close before" if copied else "")
        found.append(finding(part, "extra_session", "error" if copied else "warning", len(part), text))
    return found


def _against_exchange(rows: pd.DataFrame, code: str) -> list[Finding]:
    """Sessions of an exchange without bars, and bars on days that are none."""
    calendar = exchange(code, rows["date"].min(), rows["date"].max())
    days = _local_days(rows, calendar)
    known = calendar.sessions.tz_localize(None)
    expected = known[(known >= days.min()) & (known <= days.max())]
    found = _gaps(rows, days, expected, f"{code} session", 1)
    for run in runs(~days.isin(expected).to_numpy()):
        part = rows.iloc[run]
        text = f"{days.iloc[run.start]:%A} is no session of {code}"
        found.append(finding(part, "extra_session", "error", len(part), text))
    return found


def _local_days(rows: pd.DataFrame, calendar: Any) -> pd.Series[Any]:
    """Day of each bar at the exchange; a daily bar is labelled with it already."""
    dates = rows["date"]
    if is_intraday(rows):
        dates = dates.dt.tz_localize("UTC").dt.tz_convert(calendar.tz).dt.tz_localize(None)
    return dates.dt.normalize()


def _gaps(
    rows: pd.DataFrame, days: pd.Series[Any], expected: pd.DatetimeIndex, what: str, least: int
) -> list[Finding]:
    """Stretches of at least ``least`` expected days without a bar, with the line of the bar before them."""
    absent = ~expected.isin(pd.DatetimeIndex(days.unique()))
    found = []
    for run in runs(absent):
        count = run.stop - run.start
        if count >= least:
            before = rows.iloc[[int(days.searchsorted(expected[run.start])) - 1]]
            when = f"{expected[run.start]:%Y-%m-%d}" + (
                f" … {expected[run.stop - 1]:%Y-%m-%d}" if count > 1 else ""
            )
            text = f"no bars on {count} {what}{'s' if count > 1 else ''} after it ({when})"
            found.append(finding(before, "gap", "error", count, text)._replace(date=expected[run.start]))
    return found


def _holes(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Intraday bars that are missing between two others of one day, at hours that usually have one."""
    dates = rows["date"].to_numpy()
    step = spacing(rows)
    after = np.flatnonzero(np.diff(dates) > (config.longest_hole + 1) * step)
    same_day = dates[after].astype("datetime64[D]") == dates[after + 1].astype("datetime64[D]")
    usual = _usual_times(rows, config)
    found = []
    for i in after[same_day]:
        absent = np.arange(dates[i] + step, dates[i + 1], step)
        count = int(np.isin(_times(absent), usual).sum())
        if count > config.longest_hole:
            text = f"{count} bars are missing after it until {rows['date'].iloc[i + 1]:%H:%M}"
            found.append(finding(rows.iloc[[i]], "hole", "warning", count, text))
    return found


def _usual_times(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Times of the week at which most weeks have a bar."""
    dates = rows["date"].to_numpy()
    times, counts = np.unique(_times(dates), return_counts=True)
    weeks = max(1.0, float((dates[-1] - dates[0]) / np.timedelta64(7, "D")))
    return times[counts > config.regular_share * weeks]


def _times(dates: np.ndarray) -> np.ndarray:
    """Time since the beginning of the week."""
    return (dates - np.datetime64("1970-01-05")) % np.timedelta64(7, "D")
