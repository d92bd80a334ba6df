"""How long a bar is, and when the next ones are likely."""

import numpy as np
import pandas as pd
import pytest

from signalcli.data.interval import future_date, infer_interval


def dates(start, periods, freq):
    return pd.date_range(start, periods=periods, freq=freq).to_numpy("datetime64[us]")


@pytest.mark.parametrize(
    ("freq", "wanted"),
    [
        *(("5min", "5m"), ("h", "1h"), ("4h", "4h"), ("90min", "90m"), ("D", "1d"), ("B", "1d")),
        *(("W-MON", "1wk"), ("MS", "1mo"), ("ME", "1mo"), ("QS", "3mo"), ("30s", "30s")),
    ],
)
def test_the_usual_step_is_the_interval(freq, wanted):
    assert infer_interval([dates("2020-01-01", 60, freq)]) == wanted


def test_symbols_are_not_joined():
    assert infer_interval([dates("2020-01-01", 5, "D"), dates("1990-01-01", 5, "D")]) == "1d"


def test_one_date_shows_nothing():
    assert infer_interval([dates("2020-01-01", 1, "D")]) is None
    assert infer_interval([]) is None


@pytest.mark.parametrize(
    ("given", "steps", "interval", "wanted"),
    [
        (dates("2024-01-01", 5, "B"), 1, "1d", "2024-01-08"),
        (dates("2024-01-01", 30, "B"), 1, "1d", "2024-02-12"),
        (dates("2024-01-01", 30, "B"), 5, "1d", "2024-02-16"),
        (dates("2024-01-01", 30, "D"), 3, "1d", "2024-02-02"),
        (dates("2024-01-05", 1, "D"), 1, "1d", "2024-01-08"),
        (dates("2024-01-01", 30, "h"), 2, "1h", "2024-01-02T07:00"),
        (dates("2024-01-01", 30, "15min"), 1, "15m", "2024-01-01T07:30"),
        (dates("2024-01-01", 3, "W-MON"), 1, "1wk", "2024-01-22"),
        (np.array(["2024-01-31"], "datetime64[us]"), 1, "1mo", "2024-02-29"),
        (np.array(["2024-01-01"], "datetime64[us]"), 2, "1mo", "2024-03-01"),
        (np.array(["2024-01-01"], "datetime64[us]"), 1, "3mo", "2024-04-01"),
    ],
)
def test_the_next_bars(given, steps, interval, wanted):
    assert future_date(given, steps, interval) == np.datetime64(wanted)


def test_a_lone_session_on_a_saturday_does_not_make_saturdays_usual():
    usual = dates("2024-01-01", 58, "B")
    with_saturday = np.sort(np.append(usual, np.datetime64("2024-01-20", "us")))
    friday = with_saturday[with_saturday <= np.datetime64("2024-03-15")]
    assert future_date(friday, 1, "1d") == np.datetime64("2024-03-18")


@pytest.mark.parametrize(
    ("calendar", "wanted"),
    [
        ("auto", ["2001-07-04", "2001-07-05"]),
        ("XNYS", ["2001-07-05", "2001-07-06"]),
        ("24/7", ["2001-07-04"]),
    ],
)
def test_sessions_to_come_by_a_calendar(calendar, wanted):
    """4 July was a holiday."""
    dates = np.arange("2001-05-01", "2001-07-04", dtype="datetime64[D]")
    dates = dates[np.is_busday(dates)].astype("datetime64[us]")
    for steps, day in enumerate(wanted, start=1):
        assert str(future_date(dates, steps, "1d", calendar))[:10] == day


def test_no_holiday_is_a_session_however_far_ahead():
    dates = np.array(["2001-12-21"], "datetime64[us]")
    far = [str(future_date(dates, k, "1d", "XNYS"))[:10] for k in range(1, 7)]
    assert far == ["2001-12-24", "2001-12-26", "2001-12-27", "2001-12-28", "2001-12-31", "2002-01-02"]
