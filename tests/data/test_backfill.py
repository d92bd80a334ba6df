"""What is asked for: all that is missing, some stored bars to compare, and no hole."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.fetch import FetchConfig
from signalcli.data.backfill import Window, full_window, missing_window
from signalcli.data.store.bars_file import StoredBars

NOW = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
BARS = random_bars(260, start="2023-01-02")  # until 2023-12-29
OVERLAP = dt.date(2023, 12, 18)  # the tenth bar from the end


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("start", "end", "since", "asked"),
    [
        # everything before was asked for: only the end is missing
        (None, None, None, (str(OVERLAP), None)),
        ("2023-06-01", None, None, (str(OVERLAP), None)),
        ("2023-01-01", None, "2023-01-01", (str(OVERLAP), None)),
        ("2024-03-01", None, "2023-01-01", (str(OVERLAP), None)),  # no hole between
        ("2023-02-01", "2024-02-01", "2023-01-01", (str(OVERLAP), "2024-02-01")),
        # the end is there
        ("2023-02-01", "2023-12-29", "2023-01-01", None),
        (None, "2023-05-01", None, None),
        # the beginning is missing
        ("2020-01-01", None, "2023-01-01", ("2020-01-01", None)),
        (None, None, "2023-01-01", (None, None)),
        ("2020-01-01", "2021-01-01", "2023-01-01", ("2020-01-01", "2023-12-29")),
        ("2020-01-01", "2024-01-31", "2023-01-01", ("2020-01-01", "2024-01-31")),
    ],
)
def test_what_is_asked_for(
    start: str | None, end: str | None, since: str | None, asked: tuple[str | None, str | None] | None
) -> None:
    config = FetchConfig(start=day(start), end=day(end))
    window = missing_window(StoredBars(BARS, day(since)), config, 10, NOW)
    assert window == (Window(day(asked[0]), day(asked[1])) if asked else None)


def test_nothing_stored_means_all_of_it() -> None:
    assert missing_window(None, FetchConfig(start=day("2020-01-01")), 10, NOW) == Window(day("2020-01-01"))


def test_few_stored_bars_are_all_compared() -> None:
    assert missing_window(StoredBars(BARS.head(3)), FetchConfig(), 10, NOW) == Window(dt.date(2023, 1, 2))


@pytest.mark.parametrize(
    ("interval", "last", "start"),
    [
        ("1m", "2024-05-30", "2024-05-30"),
        ("1m", "2024-05-20", "2024-05-20"),
        ("1m", "2024-04-30", None),
        ("5m", "2024-04-10", "2024-04-10"),
        ("5m", "2024-03-10", None),
        ("1h", "2023-01-10", "2023-01-10"),
        ("1h", "2020-01-10", None),
        ("1d", "1990-01-10", "1990-01-10"),
    ],
)
def test_short_bars_are_asked_for_as_far_back_as_yahoo_has_them(
    interval: str, last: str, start: str | None
) -> None:
    bars = BARS.tail(20).assign(date=pd.date_range(last, periods=20, freq="min", unit="us"))
    assert missing_window(StoredBars(bars), FetchConfig(interval=interval), 10, NOW) == Window(day(start))
    assert full_window(dt.date.fromisoformat(last), FetchConfig(interval=interval), NOW) == Window(day(start))
