"""Text stamps of unknown dialect to dates; the whole column decides what one cell leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

_YEAR_FIRST = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:\D|$)")
_COMPACT = re.compile(r"^(19|20|21)\d{6}$")
_EPOCH = re.compile(r"^\d{9,10}(\.\d+)?$|^\d{12,13}$")


def parse_dates(texts: pd.Series[Any], where: str, date_format: str | None = None) -> pd.Series[Any]:
    """Naive UTC ``datetime64[us]`` of a text column, same index (line numbers).

    Year-first, day-first, month-first, ``20240102`` and epoch seconds or milliseconds are recognised; a
    stamp with a zone is converted to UTC, one without is taken as UTC. Raises DataError with the line of
    the first cell that does not fit, or when day and month cannot be told apart.
    """
    import pandas as pd

    texts = texts.str.strip()
    if date_format is None and texts.str.fullmatch(_EPOCH).all():
        unit = "ms" if len(texts.iloc[0]) > 11 else "s"
        return pd.to_datetime(texts.astype("float64"), unit=unit).astype("datetime64[us]")
    pattern = date_format or _pattern(texts, where)
    stamps = pd.to_datetime(texts, format=pattern, errors="coerce", utc=True)
    if stamps.isna().any():
        line = stamps.index[stamps.isna()][0]
        raise DataError(
            "DATA-DATE",
            f"{where}:{line}: {printable(texts[line])!r} is not a date like {printable(texts.iloc[0])!r}; "
            "name the format with --date-format, for example '%d.%m.%Y %H:%M'",
        )
    return stamps.dt.tz_localize(None).astype("datetime64[us]")


def _pattern(texts: pd.Series[Any], where: str) -> str:
    """Format string of the column, from its first cell and, for the order of day and month, all cells."""
    first = texts.iloc[0]
    if _COMPACT.match(first):
        return "%Y%m%d"
    if _YEAR_FIRST.match(first):
        return "%Y{0}%m{0}%d".format(first[4]) + _time_pattern(first, re.sub(_YEAR_FIRST, "", first))
    match = _YEAR_LAST.match(first)
    if not match:
        line = texts.index[0]
        raise DataError(
            "DATA-DATE",
            f"{where}:{line}: {printable(first)!r} is not a date that is known without --date-format",
        )
    separator = first[match.end(1)]
    year = "%Y" if len(match[3]) == 4 else "%y"
    day_month = "%d{0}%m{0}" if _day_first(texts, where) else "%m{0}%d{0}"
    return day_month.format(separator) + year + _time_pattern(first, first[match.end(3) :])


def _day_first(texts: pd.Series[Any], where: str) -> bool:
    """Whether the first number is the day: one number above 12 anywhere in the column decides it."""
    numbers = texts.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]").astype("float64")
    first, second = numbers[0].max() > 12, numbers[1].max() > 12
    if first == second:
        why = "some say day first, others month first" if first else "day and month cannot be told apart"
        raise DataError(
            "DATA-DATE",
            f"{where}: dates like {printable(texts.iloc[0])!r}: {why}; "
            "use --date-format '%d.%m.%Y' or '%m/%d/%Y'",
        )
    return bool(first)


def _time_pattern(stamp: str, rest: str) -> str:
    """Format string of what follows the date: nothing, or a time with optional seconds and zone."""
    if not rest:
        return ""
    match = re.match(r"^([T ]+)\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$", rest)
    if not match:
        raise DataError("DATA-DATE", f"{printable(stamp)!r}: the time in it is not known without --date-format")
    seconds = ":%S" if match[2] else ""
    fraction = f"{match[3][0]}%f" if match[3] else ""
    space = " " if rest.rstrip().endswith((" Z", " UTC", " GMT")) or re.search(r"\d [+-]\d", rest) else ""
    zone = "" if not match[4] else (space + ("%Z" if match[4].isalpha() and match[4] != "Z" else "%z"))
    return f"{match[1]}%H:%M{seconds}{fraction}{zone}"
