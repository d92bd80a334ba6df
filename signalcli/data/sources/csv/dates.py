"""Parse dates of an unknown format; ambiguous cells are resolved by the whole column."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from signalcli.errors import DataError, UsageError, printable

_YEAR_FIRST = re.compile(r"^\d{4}([-/.])\d{1,2}[-/.]\d{1,2}")
_YEAR_LAST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})(?:\D|$)")
_COMPACT = re.compile(r"^(19|20|21)\d{6}(?:\D|$)")
_EPOCHS = {
    "s": r"[0-9]{9,10}(?:\.[0-9]+)?",
    "ms": r"[0-9]{12,13}(?:\.[0-9]+)?",
    "us": r"[0-9]{15,16}",
    "ns": r"[0-9]{18,19}",
}
_TIME = re.compile(
    r"^([T ]+)(\d{6}|\d{1,2}(:\d{2})?(:\d{2})?)([.,]\d+)?([- ]?[AaPp][Mm])?"
    r"(?:(\s*)(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$"
)
_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$"
_MIDNIGHT = r"[T ]00:00(?::00)?(?:[.,]0+)?" + _ZONE


def parse_dates(texts: pd.Series[Any], where: str, date_format: str | None = None) -> pd.Series[Any]:
    """Return a text column as naive UTC ``datetime64[us]`` with the same index (line numbers).

    Recognized are year-first, day-first, month-first, ``20240102``, and epoch seconds to nanoseconds. A date
    with a time zone is converted to UTC, one without is taken as UTC. Daily bars dated with local midnight
    (``2024-01-02 00:00:00-05:00``) keep their date. Raises DataError with the line of the first cell that
    has another format, or when day and month are ambiguous.
    """
    texts = texts.str.strip()
    unit = next((u for u, digits in _EPOCHS.items() if texts.str.fullmatch(digits).all()), None)
    if date_format is None and unit:
        return _from_epoch(texts, unit, where)
    if date_format is None and texts.str.contains(_MIDNIGHT).all():
        texts = texts.str.replace(_ZONE, "", regex=True)
    if date_format is not None and "%" not in date_format:  # pandas takes words such as mixed for guesses
        raise UsageError("OPTION-VALUE", f"--date-format '{printable(date_format)}': must be like %d.%m.%Y")
    dates = _parse(texts, date_format or _infer_format(texts, where))
    if dates.isna().any():
        line = dates.index[dates.isna()][0]
        raise DataError(
            "DATA-DATE",
            f"{where}:{line}: '{printable(texts[line])}' is not a date like '{printable(texts.iloc[0])}'; "
            "give the format with --date-format, for example '%d.%m.%Y %H:%M'",
        )
    return dates.dt.tz_localize(None).astype("datetime64[us]")


def _from_epoch(texts: pd.Series[Any], unit: str, where: str) -> pd.Series[Any]:
    integral = not texts.str.contains(".", regex=False).any()
    try:
        counts = texts.astype("int64" if integral else "float64")  # nanoseconds do not fit into a float
        return pd.to_datetime(counts, unit=unit).astype("datetime64[us]")
    except (ValueError, OverflowError) as error:
        text = f"{where}: dates such as {printable(texts.iloc[0])} count from 1970 beyond the calendar"
        raise DataError("DATA-DATE", f"{text}; give the format with --date-format") from error


def _parse(texts: pd.Series[Any], date_format: str) -> pd.Series[Any]:
    """Return dates in UTC, NaT where a text does not have the format."""
    try:
        return pd.to_datetime(texts, format=date_format, errors="coerce", utc=True)
    except (ValueError, re.error, KeyError, IndexError) as error:  # pandas makes a pattern of the format
        raise UsageError(
            "OPTION-VALUE", f"--date-format {printable(date_format)}: {printable(error)}"
        ) from error


def _infer_format(texts: pd.Series[Any], where: str) -> str:
    """Return the format string of the first cell, with the order of day and month inferred from all cells."""
    first = texts.iloc[0]
    place = f"{where}:{texts.index[0]}: '{printable(first)}'"
    if _COMPACT.match(first):
        return "%Y%m%d" + _infer_time_format(first[8:], place)
    if match := _YEAR_FIRST.match(first):
        return "%Y{0}%m{0}%d".format(match[1]) + _infer_time_format(first[match.end() :], place)
    match = _YEAR_LAST.match(first)
    if not match:
        raise DataError("DATA-DATE", f"{place} is not in a known date format; give it with --date-format")
    year = "%Y" if len(match[4]) == 4 else "%y"
    day_month = "%d{0}%m{0}" if _day_first(texts, where) else "%m{0}%d{0}"
    return day_month.format(match[2]) + year + _infer_time_format(first[match.end(4) :], place)


def _day_first(texts: pd.Series[Any], where: str) -> bool:
    """Return whether the day comes first: a number above 12 anywhere in the column decides."""
    parts = texts.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]").astype("float64")
    first, second = parts[0].max() > 12, parts[1].max() > 12
    if first == second:
        why = "some have the day first, others the month" if first else "day and month are ambiguous"
        raise DataError(
            "DATA-DATE",
            f"{where}: dates like '{printable(texts.iloc[0])}': {why}; "
            "use --date-format '%d.%m.%Y' or '%m/%d/%Y'",
        )
    return bool(first)


def _infer_time_format(rest: str, place: str) -> str:
    """Return the format string of the text after the date: empty, or a time with optional zone."""
    if not rest:
        return ""
    match = _TIME.match(rest)
    if not match:
        raise DataError(
            "DATA-DATE", f"{place}: its time is not in a known format; give it with --date-format"
        )
    gap, clock, minutes, seconds, fraction, half, space, zone = match.groups()
    hour = "%I" if half else "%H"
    compact = len(clock) == 6 and not minutes
    time = f"{hour}%M%S" if compact else hour + ":%M" * bool(minutes) + ":%S" * bool(seconds)
    time += f"{fraction[0]}%f" if fraction else ""
    time += half[:-2] + "%p" if half else ""
    return gap + time + (space + ("%Z" if zone in {"UTC", "GMT"} else "%z") if zone else "")
