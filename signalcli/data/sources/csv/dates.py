"""Text stamps of unknown dialect to dates; the whole column decides what one cell leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, UsageError, printable

if TYPE_CHECKING:
    import pandas as pd

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
    """Naive UTC ``datetime64[us]`` of a text column, same index (line numbers).

    Year-first, day-first, month-first, ``20240102`` and epoch seconds to nanoseconds are recognised; a stamp
    with a zone is converted to UTC, one without is taken as UTC. Daily bars stamped with their own midnight
    (``2024-01-02 00:00:00-05:00``) keep their date. Raises DataError with the line of the first cell that
    does not fit, or when day and month cannot be told apart.
    """
    texts = texts.str.strip()
    unit = next((u for u, digits in _EPOCHS.items() if texts.str.fullmatch(digits).all()), None)
    if date_format is None and unit:
        return _from_epoch(texts, unit)
    if date_format is None and texts.str.contains(_MIDNIGHT).all():
        texts = texts.str.replace(_ZONE, "", regex=True)
    stamps = _parsed(texts, date_format or _pattern(texts, where))
    if stamps.isna().any():
        line = stamps.index[stamps.isna()][0]
        raise DataError(
            "DATA-DATE",
            f"{where}:{line}: '{printable(texts[line])}' is not a date like '{printable(texts.iloc[0])}'; "
            "name the format with --date-format, for example '%d.%m.%Y %H:%M'",
        )
    return stamps.dt.tz_localize(None).astype("datetime64[us]")


def _from_epoch(texts: pd.Series[Any], unit: str) -> pd.Series[Any]:
    import pandas as pd

    whole = not texts.str.contains(".", regex=False).any()
    counts = texts.astype("int64" if whole else "float64")  # nanoseconds do not fit into a float
    return pd.to_datetime(counts, unit=unit).astype("datetime64[us]")


def _parsed(texts: pd.Series[Any], pattern: str) -> pd.Series[Any]:
    """Stamps in UTC, NaT where a text does not fit the pattern."""
    import pandas as pd

    try:
        return pd.to_datetime(texts, format=pattern, errors="coerce", utc=True)
    except ValueError as error:
        raise UsageError("OPTION-VALUE", f"--date-format {printable(pattern)}: {printable(error)}") from error


def _pattern(texts: pd.Series[Any], where: str) -> str:
    """Format string of the column, from its first cell and, for the order of day and month, all cells."""
    first = texts.iloc[0]
    place = f"{where}:{texts.index[0]}: '{printable(first)}'"
    if _COMPACT.match(first):
        return "%Y%m%d" + _time_pattern(first[8:], place)
    if match := _YEAR_FIRST.match(first):
        return "%Y{0}%m{0}%d".format(match[1]) + _time_pattern(first[match.end() :], place)
    match = _YEAR_LAST.match(first)
    if not match:
        raise DataError(
            "DATA-DATE", f"{place} is not a date that is known; name its format with --date-format"
        )
    year = "%Y" if len(match[4]) == 4 else "%y"
    day_month = "%d{0}%m{0}" if _day_first(texts, where) else "%m{0}%d{0}"
    return day_month.format(match[2]) + year + _time_pattern(first[match.end(4) :], place)


def _day_first(texts: pd.Series[Any], where: str) -> bool:
    """Whether the first number is the day: one number above 12 anywhere in the column decides it."""
    parts = texts.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]").astype("float64")
    first, second = parts[0].max() > 12, parts[1].max() > 12
    if first == second:
        why = "some say day first, others month first" if first else "day and month cannot be told apart"
        raise DataError(
            "DATA-DATE",
            f"{where}: dates like '{printable(texts.iloc[0])}': {why}; "
            "use --date-format '%d.%m.%Y' or '%m/%d/%Y'",
        )
    return bool(first)


def _time_pattern(rest: str, place: str) -> str:
    """Format string of what follows the date: nothing, or a time with optional seconds and zone."""
    if not rest:
        return ""
    match = _TIME.match(rest)
    if not match:
        raise DataError(
            "DATA-DATE", f"{place}: the time in it is not known; name its format with --date-format"
        )
    gap, clock, minutes, seconds, fraction, half, space, zone = match.groups()
    hour = "%I" if half else "%H"
    pattern = (
        f"{hour}%M%S"
        if len(clock) == 6 and not minutes
        else hour + ":%M" * bool(minutes) + ":%S" * bool(seconds)
    )
    pattern += f"{fraction[0]}%f" if fraction else ""
    pattern += half[:-2] + "%p" if half else ""
    return gap + pattern + (space + ("%Z" if zone in {"UTC", "GMT"} else "%z") if zone else "")
