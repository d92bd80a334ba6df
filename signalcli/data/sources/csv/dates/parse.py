"""Parse dates of an unknown format; ambiguous cells are resolved by the whole column."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.dates.counts import (
    are_counts,
    are_serials,
    from_counts,
    from_serials,
    refuse_rounded,
)
from signalcli.data.sources.csv.dates.given import with_time
from signalcli.data.sources.csv.dates.layout import advice, infer_format
from signalcli.data.sources.csv.dates.periods import first_days, unwrapped
from signalcli.data.sources.csv.dates.plain import plain_dates
from signalcli.data.sources.csv.dates.zones import region
from signalcli.errors import DataError, UsageError, printable

_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$"
_MIDNIGHT = r"[T ]00:00(?::00)?(?:[.,]0+)?" + _ZONE


def parse_dates(
    texts: pd.Series[Any], where: str, date_format: str | None = None, *, local: bool = False
) -> pd.Series[Any]:
    """Return a text column as naive UTC ``datetime64[us]`` with the same index (line numbers).

    Recognized are year-first, day-first, month-first, ``20240102``, names of months, counts since 1970 in
    seconds to nanoseconds, and serial days of a spreadsheet. A date with a time zone is converted to UTC, one
    without is taken as UTC. Daily bars dated with local midnight (``2024-01-02 00:00:00-05:00``) keep their
    date. With ``local`` the clock of the file is kept, in standard time throughout the year. Raises
    DataError with the line of the first cell that has another format, or when day and month are ambiguous.
    A column without cells has no dates.
    """
    if texts.empty:
        return pd.Series([], texts.index, dtype="datetime64[us]")
    texts = written = texts.str.strip()
    if date_format is not None:
        dates = _parse_given(texts, date_format)
        if dates.notna().any():
            _refuse_unknown(dates, texts, where)
            return _naive(dates)
    else:
        bare = unwrapped(texts)
        if are_counts(bare):
            refuse_rounded(texts, where)
            return from_counts(bare, where)
        if are_serials(bare):
            return from_serials(bare)
        written = first_days(bare)
    plain, zone = region(plain_dates(written))
    if zone is None and _all_midnight(plain):
        plain = plain.str.replace(_ZONE, "", regex=True)
    form = infer_format(plain, where, texts) if date_format is None else with_time(plain, date_format, where)
    dates = _parse(plain, form)
    _refuse_unknown(dates, texts, where)
    if zone is not None:
        return _from_region(dates, zone, where)
    return _keep_clock(dates, plain) if local else _naive(dates)


def _all_midnight(texts: pd.Series[Any]) -> bool:
    return bool(re.search(_MIDNIGHT, texts.iloc[0])) and bool(texts.str.contains(_MIDNIGHT).all())


def _naive(dates: pd.Series[Any]) -> pd.Series[Any]:
    return dates.dt.tz_localize(None).astype("datetime64[us]")


def _refuse_unknown(dates: pd.Series[Any], texts: pd.Series[Any], where: str) -> None:
    if dates.isna().any():
        at = dates.isna().to_numpy().argmax()
        text = f"{where}:{dates.index[at]}: '{printable(texts.iloc[at])}' is not a date like"
        raise DataError(
            "DATA-DATE",
            f"{text} '{printable(texts.iloc[0])}'; {advice(texts)}",
        )


def _parse_given(texts: pd.Series[Any], date_format: str) -> pd.Series[Any]:
    """Return dates of the format that the user gives, NaT where a text has another."""
    if "%" not in date_format:  # pandas takes words such as mixed for guesses
        raise UsageError("OPTION-VALUE", f"--date-format '{printable(date_format)}': must be like %d.%m.%Y")
    return _parse(texts, date_format)


def _parse(texts: pd.Series[Any], date_format: str) -> pd.Series[Any]:
    """Return dates in UTC, NaT where a text does not have the format."""
    try:
        return pd.to_datetime(texts, format=date_format, errors="coerce", utc=True)
    except (ValueError, re.error, KeyError, IndexError) as error:  # pandas makes a pattern of the format
        raise UsageError(
            "OPTION-VALUE", f"--date-format {printable(date_format)}: {printable(error)}"
        ) from error


def _from_region(dates: pd.Series[Any], zone: Any, where: str) -> pd.Series[Any]:
    """Return clock times of a region in UTC; days stay days."""
    clock = _naive(dates)
    if (clock == clock.dt.normalize()).all():
        return clock
    try:
        return _naive(clock.dt.tz_localize(zone, ambiguous="infer").dt.tz_convert("UTC"))
    except ValueError as error:
        text = f"{where}: dates in {zone.key}: {printable(error)}"
        raise DataError("DATA-DATE", f"{text}; write them in UTC") from error


def _keep_clock(dates: pd.Series[Any], texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return UTC plus the least offset from UTC in the column, which is that of standard time."""
    zones = texts.str.extract(r"([+-])(\d{2}):?(\d{2})$")
    if zones[0].isna().any():
        return _naive(dates)
    minutes = (zones[1].astype("int64") * 60 + zones[2].astype("int64")) * zones[0].map({"+": 1, "-": -1})
    return _naive(dates) + pd.to_timedelta(int(minutes.min()), unit="min").as_unit("us")
