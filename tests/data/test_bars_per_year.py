"""Bars per year by hand: how often a bar comes, whatever the span of the table."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.data.bars_per_year import bars_per_year


def dates(start, end, freq):
    return pd.date_range(start, end, freq=freq).to_numpy("datetime64[us]")


def sessions(start, days, opens, closes, step, zone="UTC"):
    """Bars of weekday sessions, by the clock of a zone, in UTC."""
    parts = [
        pd.date_range(
            f"{day:%Y-%m-%d} {opens}", f"{day:%Y-%m-%d} {closes}", freq=step, tz=zone, inclusive="left"
        )
        for day in pd.bdate_range(start, periods=days)
    ]
    index = parts[0].append(parts[1:])
    return index.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[us]")


def lunch(index):
    return index[(index.astype("datetime64[m]").astype("int64") // 30 % 48 // 2) != 12]


def weekdays(start, end, letters):
    """Days on some weekdays: M T W R F, A and S for Saturday and Sunday."""
    days = pd.date_range(start, end)
    return days[["MTWRFAS"[day] in letters for day in days.day_of_week]].to_numpy("datetime64[us]")


def last_weekdays(length):
    """The last weekday in each interval of days of the calendar that has one."""
    days = pd.bdate_range("2020-01-01", "2023-12-29")
    last = pd.Series(days, index=days).resample(length).last().dropna()
    return last.to_numpy("datetime64[us]")


EVERY_DAY = pd.date_range("2023-01-01", "2023-12-31")
HOLE = np.concatenate([dates("2010-01-04", "2011-12-30", "B"), dates("2017-01-02", "2018-12-31", "B")])
CASES = {
    "daily": (dates("2020-01-01", "2023-12-31", "B"), 252),
    "a quarter": (dates("2024-01-01", "2024-03-29", "B"), 252),
    "five weekdays": (dates("2024-01-01", "2024-01-05", "B"), 252),
    "Friday and Monday": (dates("2024-01-05", "2024-01-08", "B"), 252),
    "a hole of five years": (HOLE, 252),
    "every day": (dates("2020-01-01", "2023-12-31", "D"), 365),
    "three days with a weekend": (dates("2024-01-05", "2024-01-07", "D"), 365),
    "six days a week": (EVERY_DAY[EVERY_DAY.day_of_week != 6].to_numpy("datetime64[us]"), 302),
    "from Sunday to Friday, as currencies": (weekdays("2023-01-01", "2023-12-31", "SMTWRF"), 302),
    "from Sunday to Thursday, as Riyadh": (weekdays("2023-01-01", "2023-12-31", "SMTWR"), 252),
    "from Saturday to Wednesday, as Tehran": (weekdays("2023-01-01", "2023-12-31", "ASMTW"), 252),
    "hours from Saturday to Wednesday": (
        (
            weekdays("2023-01-01", "2023-06-30", "ASMTW")[:, None] + np.arange(6, 10).astype("timedelta64[h]")
        ).ravel(),
        252 * 4,
    ),
    "ten days around the clock, from a Monday": (dates("2024-01-01", "2024-01-10", "D"), 365),
    "every two weeks": (dates("2020-01-01", "2023-12-31", "2W-FRI"), 26),
    "every four weeks": (dates("2020-01-01", "2023-12-31", "4W-FRI"), 13),
    "a January and a February": (dates("2023-02-01", "2023-03-01", "MS"), 12),
    "two last days of months": (dates("2023-04-28", "2023-05-31", "BME"), 12),
    "two months": (dates("2023-07-01", "2023-09-01", "2MS"), 6),
    "half years": (dates("2010-01-01", "2023-12-31", "6MS"), 2),
    "last weekdays of three days of the calendar": (last_weekdays("3D"), 122),  # 365 / 3
    "last weekdays of two days of the calendar": (last_weekdays("2D"), 157),  # 365 / 2 without weekends
    "every second day": (dates("2024-01-01", "2024-12-31", "2D"), 182),  # 365 / 2, the even one
    "every second weekday": (dates("2020-01-01", "2023-12-31", "2B"), 126),
    "four hours around the clock": (dates("2024-01-01", "2024-12-31 23:00", "4h"), 365 * 6),
    "weekly": (dates("2020-01-01", "2023-12-31", "W-FRI"), 52),
    "two weeks": (dates("2024-01-05", "2024-01-12", "W-FRI"), 52),
    "last day of the month": (dates("2020-01-01", "2023-12-31", "BME"), 12),
    "first day of the month": (dates("2020-01-01", "2023-12-31", "MS"), 12),
    "quarterly": (dates("2000-01-01", "2023-12-31", "QS"), 4),
    "yearly": (dates("2000-01-01", "2023-12-31", "YS"), 1),
    "hours around the clock": (dates("2024-01-01", "2024-12-31 23:00", "h"), 365 * 24),
    "one session of five minutes": (sessions("2024-01-03", 1, "09:30", "16:00", "5min"), 252 * 78),
    "half hours over two months, with a change of the clocks": (
        sessions("2024-02-20", 42, "09:30", "16:00", "30min", "America/New_York"),
        252 * 13,
    ),
    "a session over midnight": (
        sessions("2024-01-03", 30, "10:00", "16:00", "5min", "Australia/Sydney"),
        252 * 72,
    ),
    "a break for lunch": (lunch(sessions("2024-01-03", 30, "09:00", "15:00", "5min")), 252 * 60),
    "seven hours a day": (sessions("2022-01-03", 500, "14:00", "21:00", "h"), 252 * 7),
    "currencies": (
        np.concatenate(
            [dates(f"2024-01-{d:02} 22:00", f"2024-01-{d + 5:02} 21:00", "h") for d in (7, 14, 21)]
        ),
        252 * 24,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bars_per_year(name):
    index, expected = CASES[name]
    assert bars_per_year(index) == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_the_dates_does_not_matter(unit):
    index, expected = CASES["seven hours a day"]
    assert bars_per_year(index.astype(f"datetime64[{unit}]")) == expected


def test_fewer_than_two_dates_have_none():
    assert math.isnan(bars_per_year(dates("2024-01-02", "2024-01-02", "D")))
    assert math.isnan(bars_per_year(np.repeat(dates("2024-01-02", "2024-01-02", "D"), 2)))


@given(
    seed=st.integers(0, 2**16), lost=st.floats(0, 0.4), name=st.sampled_from(["daily", "every day", "weekly"])
)
@settings(max_examples=30)
def test_a_row_that_is_lost_changes_nothing(seed, lost, name):
    index, expected = CASES[name]
    kept = np.random.default_rng(seed).random(len(index)) >= lost
    assert bars_per_year(index[kept]) == expected


def test_a_half_day_is_not_usual():
    """Seven hourly bars a session, four on one of ten days: 7 · 252, not the mean 6.7 · 252."""
    hours = sessions("2024-03-04", 10, "09:00", "16:00", "1h")
    half = (hours.astype("datetime64[D]") == np.datetime64("2024-03-08")) & (np.arange(len(hours)) % 7 > 3)
    assert bars_per_year(hours[~half]) == 7 * 252


def test_a_single_saturday_makes_no_week_of_seven_days():
    days = np.array([*dates("2024-01-01", "2024-03-01", "B"), np.datetime64("2024-03-02", "us")])
    assert bars_per_year(days) == 252
