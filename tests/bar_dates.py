"""Bars whose dates are weeks, months, quarters, counts of spreadsheets, or texts of other systems."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bar_layouts import DAILY, MINUTE, Layout, make_bars, rows, text

HEADER = "Date,Open,High,Low,Close,Volume"
WEEKS = make_bars(pd.date_range("2020-01-06", periods=70, freq="W-MON"), 9)
MONTHS = make_bars(pd.date_range("2015-01-01", periods=70, freq="MS"), 9)
QUARTERS = make_bars(pd.date_range("2005-01-01", periods=40, freq="QS"), 9)
YEARS = make_bars(pd.date_range("1960-01-01", periods=40, freq="YS"), 9)


def dated(bars: pd.DataFrame, stamp: Callable[[pd.Timestamp], str] | str) -> Layout:
    """A plain table with these dates."""
    return Layout(text(rows(bars, stamp), header=HEADER), bars)


def serial(date: pd.Timestamp) -> str:
    """Days since 1899-12-30, as a spreadsheet stores them, with a decimal comma."""
    return f"{(date - pd.Timestamp('1899-12-30')) / pd.Timedelta(days=1):.10f}".replace(".", ",")


DATES: dict[str, Layout] = {
    "ISO weeks": dated(WEEKS, "%G-W%V"),
    "ISO weeks, compact": dated(WEEKS, "%GW%V1"),
    "days of ISO weeks": dated(DAILY, "%G-W%V-%u"),
    "months, compact": dated(MONTHS, "%Y%m"),
    "months of two digits": dated(MONTHS, "%b-%y"),
    "month before the year": dated(MONTHS, "%m/%Y"),
    "months of a statistics office": dated(MONTHS, lambda d: f"{d.year}M{d.month:02d}"),
    "quarters": dated(QUARTERS, lambda d: f"{d.year}-Q{d.quarter}"),
    "quarter before the year": dated(QUARTERS, lambda d: f"Q{d.quarter} {d.year}"),
    "years": dated(YEARS, "%Y"),
    "Republic of China": dated(DAILY, lambda d: f"{d.year - 1911}/{d:%m/%d}"),
    "years of two digits, day first": dated(DAILY, "%d%m%y"),
    "years of two digits, year first": dated(DAILY, "%y%m%d"),
    "seconds in scientific notation": dated(MINUTE, lambda d: f"{d.timestamp():.9e}"),
    "milliseconds in scientific notation": dated(MINUTE, lambda d: f"{d.timestamp() * 1000:.12E}"),
    "digits in scientific notation": dated(DAILY, lambda d: f"{int(f'{d:%Y%m%d}'):.7e}"),
    "digits with a point": dated(DAILY, "%Y%m%d.0"),
    "apostrophe": dated(DAILY, "'%Y-%m-%d"),
    "formula": dated(DAILY, '="%Y-%m-%d"'),
    "serial days with a comma": Layout(
        text(
            [
                [date, *(cell.replace(".", ",") for cell in line)]
                for date, *line in rows(MINUTE, serial)
            ],
            ";",
            HEADER.replace(",", ";"),
        ),
        MINUTE,
    ),
    "SAS": dated(MINUTE, lambda d: f"{d:%d%b%Y:%H:%M:%S}".upper()),
    "C": dated(MINUTE, "%a %b %d %H:%M:%S %Y"),
    "Unix": dated(MINUTE, "%a %b %d %H:%M:%S UTC %Y"),
    "name of a file": dated(MINUTE, "%Y-%m-%d_%H-%M-%S"),
    "Interactive Brokers": dated(MINUTE, "%Y%m%d-%H:%M:%S"),
    "offset of hours": dated(MINUTE, "%Y-%m-%d %H:%M:%S+00"),
    "Spanish half days": dated(
        MINUTE, lambda d: f"{d:%d/%m/%Y %I:%M:%S} {'a. m.' if d.hour < 12 else 'p. m.'}"
    ),
}  # fmt: skip
