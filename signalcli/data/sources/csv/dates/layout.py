"""The strptime format of a column of plain dates."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pandas as pd

from signalcli.errors import DataError, printable

_YEAR_FIRST = re.compile(r"^\d{4}([-/.])\d{1,2}[-/.]\d{1,2}")
_MONTH_ONLY = re.compile(r"^\d{4}([-/.])\d{1,2}$")
_YEAR_LAST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})(?:\D|$)")
_COMPACT = re.compile(r"^(19|20|21)\d{6}(?:\D|$)")
_ALL_DIGITS = re.compile(r"^(?:19|20|21)\d{6}(?:\d{4}|\d{6})$")
_TIME = re.compile(
    r"^([T, _-]+)(\d{6}|\d{4}|\d{1,2}(?:([-:.])\d{2})?(?:([-:.])\d{2})?)([.,]\d+)?([- ]?[AaPp][Mm])?"
    r"(?:(\s*)(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$"
)
_MANY = 20  # dates of six digits whose order tells their format
_SIX = ("%d%m%y", "%y%m%d", "%m%d%y")
_CANDIDATES = (
    *_SIX,
    "%d%m%Y",
    "%m%d%Y",
    "%Y%d%m",
    "%Y-%d-%m",
    "%Y/%d/%m",
    "%Y%m",
    "%Y-%j",
    "%Y%j",
)


def infer_format(texts: pd.Series[Any], where: str, original: pd.Series[Any]) -> str:
    """Return the format string of the first cell, with the order of day and month inferred from all cells.

    ``original`` holds the cells as they stand in the file, for messages. Raises DataError.
    """
    first = texts.iloc[0]
    place = f"{where}:{texts.index[0]}: '{printable(original.iloc[0])}'"
    if _ALL_DIGITS.match(first):
        return "%Y%m%d%H%M%S"[: len(first) - 2]
    if _COMPACT.match(first):
        return "%Y%m%d" + infer_time_format(first[8:], place, "%Y%m%d")
    if match := _YEAR_FIRST.match(first):
        date = "%Y{0}%m{0}%d".format(match[1])
        return date + infer_time_format(first[match.end() :], place, date)
    if match := _MONTH_ONLY.match(first):
        return f"%Y{match[1]}%m"
    match = _YEAR_LAST.match(first)
    if not match and (form := _short_format(texts)):
        return form
    if not match:
        raise DataError("DATA-DATE", f"{place} is not in a known date format; {advice(texts)}")
    year = "%Y" if len(match[4]) == 4 else "%y"
    forms = [f"{order.format(match[2])}{year}" for order in ("%d{0}%m{0}", "%m{0}%d{0}")]
    date = _day_month(texts, forms, f"{where}: dates like '{printable(original.iloc[0])}'")
    return date + infer_time_format(first[match.end(4) :], place, date)


def _short_format(texts: pd.Series[Any]) -> str:
    """Return the one format of six digits, and a time, in which many dates are in order; empty for none."""
    if len(texts) < _MANY or not re.match(r"\d{6}(?:\D|$)", texts.iloc[0]):
        return ""
    days = texts.str[:6]
    read = {form: dates for form in _SIX if (dates := _read(days, form)) is not None}
    forms = [f for f, d in read.items() if d.is_monotonic_increasing or d.is_monotonic_decreasing]
    return forms[0] + infer_time_format(texts.iloc[0][6:], "", forms[0]) if len(forms) == 1 else ""


def _day_month(texts: pd.Series[Any], forms: list[str], place: str) -> str:
    """Return the format of day, month and year: a number above 12 anywhere in the column decides."""
    parts = texts.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]").astype("float64")
    first, second = parts[0].max() > 12, parts[1].max() > 12
    if first == second:
        why = "some have the day first, others the month" if first else "day and month are ambiguous"
        raise DataError("DATA-DATE", f"{place}: {why}; use --date-format '{forms[0]}' or '{forms[1]}'")
    return forms[0] if first else forms[1]


def infer_time_format(rest: str, place: str, date: str) -> str:
    """Return the format string of what follows a date of format ``date``: nothing, or a time and a zone."""
    if not rest:
        return ""
    match = _TIME.match(rest) if not (rest[0] == "-" and "-" in date) else None  # 2024-01-02-05:00
    if not match and not any(c.isdigit() for c in rest):
        text = f"{place}: its end is not in a known format; use --date-format"
        raise DataError("DATA-DATE", f"{text} {shlex.quote(date + rest.replace('%', '%%'))}")
    if not match:
        text = f"{place}: its time is not in a known format"
        raise DataError("DATA-DATE", f"{text}; give all of it with --date-format, such as '%Y-%m-%d %H:%M'")
    gap, clock, first, second, fraction, half, space, zone = match.groups()
    hour = "%I" if half else "%H"
    compact = len(clock) >= 4 and clock.isdigit()
    time = hour + ("%M%S"[: len(clock) - 2] if compact else "")
    time += f"{first}%M" if first else ""
    time += f"{second}%S" if second else ""
    time += f"{fraction[0]}%f" if fraction else ""
    time += half[:-2] + "%p" if half else ""
    return gap + time + (space + ("%Z" if zone in {"UTC", "GMT"} else "%z") if zone else "")


def advice(texts: pd.Series[Any]) -> str:
    """Return the flag that reads all of the texts, or what the flag needs when no common format does.

    Of several formats those come alone in which the dates rise, or fall, from row to row.
    """
    read = {form: dates for form in _CANDIDATES if (dates := _read(texts, form)) is not None}
    ordered = [
        f for f, dates in read.items() if dates.is_monotonic_increasing or dates.is_monotonic_decreasing
    ]
    forms = ordered or list(read)
    if forms:
        return "use --date-format " + " or ".join(f"'{form}'" for form in forms)
    return "give the format with --date-format, for example '%d.%m.%Y %H:%M'"


def _read(texts: pd.Series[Any], form: str) -> pd.Series[Any] | None:
    """Return the dates if all texts have the format and a year of markets."""
    dates = pd.to_datetime(texts, format=form, errors="coerce")
    return dates if dates.dt.year.between(1800, 2200).all() else None
