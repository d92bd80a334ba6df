"""Checks for missing and extra sessions, by the calendar of an exchange or the usual weekdays of the bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import ALWAYS, AUTO, NONE, exchange_calendar, usual_weekdays
from signalcli.data.quality.dates import is_intraday, spacing
from signalcli.data.quality.findings import Finding, make_finding, stretches
from signalcli.data.quality.runs import longest_by_chance
from signalcli.schemas import PRICES

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def session_faults(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find gaps and extra sessions of bars of a day or less, and gaps within a day."""
    if config.calendar == NONE or spacing(rows) > np.timedelta64(30, "h"):
        return []
    if config.calendar == AUTO:
        findings = _compare_with_weekdays(rows, config)
    elif config.calendar == ALWAYS:
        days = rows["date"].dt.normalize()
        findings = _gaps(rows, days, pd.date_range(days.min(), days.max()), "day", 1)
    else:
        findings = _compare_with_exchange(rows, config.calendar)
    return findings + (_holes(rows, config) if is_intraday(rows) else [])


def _compare_with_weekdays(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find gaps longer than holidays and sessions on unusual weekdays."""
    days = rows["date"].dt.normalize()
    every = pd.date_range(days.min(), days.max())
    usual = usual_weekdays(days, config)
    if not usual:
        return []
    most = 1 if len(usual) == 7 else config.longest_closure + 1
    gaps = _gaps(rows, days, every[every.day_of_week.isin(usual)], "weekday", most)
    return gaps + _unusual_days(rows, days, [d for d in range(7) if d not in usual])


def _unusual_days(rows: pd.DataFrame, days: pd.Series[Any], unusual: list[int]) -> list[Finding]:
    """Find sessions on unusual weekdays: a warning, or an error if they only repeat the close before.

    Weekdays that often have bars are left out, such as Sunday evenings of a currency.
    """
    often = days.dt.day_of_week.value_counts() / max(1, days.nunique() / 5)
    rare = days.dt.day_of_week.isin([d for d in unusual if often.get(d, 0) < 0.1]).to_numpy()
    findings = []
    for stretch in stretches(rare):
        part = rows.iloc[stretch]
        name = _NAMES[part["date"].iloc[0].day_of_week]
        start = stretch.start
        copied = start > 0 and bool((part[PRICES] == rows["close"].iloc[start - 1]).all(axis=None))
        text = f"a session on a {name}" + (" that only copies the close before" if copied else "")
        findings.append(
            make_finding(part, "extra_session", "error" if copied else "warning", len(part), text)
        )
    return findings


def _compare_with_exchange(rows: pd.DataFrame, code: str) -> list[Finding]:
    """Find sessions of an exchange without bars, and bars on days without a session."""
    calendar = exchange_calendar(code, rows["date"].min(), rows["date"].max())
    days = _local_days(rows, calendar)
    sessions = calendar.sessions.tz_localize(None)
    expected = sessions[(sessions >= days.min()) & (sessions <= days.max())]
    findings = _gaps(rows, days, expected, f"{code} session", 1)
    for stretch in stretches(~days.isin(expected).to_numpy()):
        part = rows.iloc[stretch]
        text = f"{days.iloc[stretch.start]:%A} is no session of {code}"
        findings.append(make_finding(part, "extra_session", "error", len(part), text))
    return findings


def _local_days(rows: pd.DataFrame, calendar: Any) -> pd.Series[Any]:
    """Return the day of each bar at the exchange; daily bars are dated with it already."""
    dates = rows["date"]
    if is_intraday(rows):
        dates = dates.dt.tz_localize("UTC").dt.tz_convert(calendar.tz).dt.tz_localize(None)
    return dates.dt.normalize()


def _gaps(
    rows: pd.DataFrame, days: pd.Series[Any], expected: pd.DatetimeIndex, what: str, least: int
) -> list[Finding]:
    """Find stretches of at least ``least`` expected days without a bar; the line is of the bar before."""
    absent = ~expected.isin(pd.DatetimeIndex(days.unique()))
    findings = []
    for gap in (expected[part] for part in stretches(absent)):
        if len(gap) >= least:
            before = rows.iloc[[int(days.searchsorted(gap[0])) - 1]]
            span = f"{gap[0]:%Y-%m-%d}" + (f" … {gap[-1]:%Y-%m-%d}" if len(gap) > 1 else "")
            text = f"no bars on {len(gap)} {what}{'s' if len(gap) > 1 else ''} after it ({span})"
            findings.append(make_finding(before, "gap", "error", len(gap), text)._replace(date=gap[0]))
    return findings


def _holes(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find intraday bars missing between two others of a day, at times of the week that usually have one.

    A quiet market has no bar where nothing was traded; there only longer holes count.
    """
    dates = rows["date"].to_numpy()
    step = spacing(rows)
    absent = (np.diff(dates) / step).round().astype(int) - 1
    within = dates[:-1].astype("datetime64[D]") == dates[1:].astype("datetime64[D]")
    longest = longest_by_chance(absent[within & (absent > 0)], config.longest_hole, len(rows))
    after = np.flatnonzero(within & (absent > longest))
    usual = _usual_times(rows, config)
    findings = []
    for i in after:
        expected = np.arange(dates[i] + step, dates[i + 1], step)
        count = int(np.isin(_time_of_week(expected), usual).sum())
        if count > longest:
            text = f"{count} bars are missing after it until {rows['date'].iloc[i + 1]:%H:%M}"
            findings.append(make_finding(rows.iloc[[i]], "hole", "warning", count, text))
    return findings


def _usual_times(rows: pd.DataFrame, config: QualityConfig) -> np.ndarray:
    """Return the times of the week with a bar in most weeks."""
    dates = rows["date"].to_numpy()
    times, counts = np.unique(_time_of_week(dates), return_counts=True)
    weeks = max(1.0, float((dates[-1] - dates[0]) / np.timedelta64(7, "D")))
    return times[counts > config.regular_share * weeks]


def _time_of_week(dates: np.ndarray) -> np.ndarray:
    """Return the time since Monday 0:00."""
    return (dates - np.datetime64("1970-01-05")) % np.timedelta64(7, "D")
