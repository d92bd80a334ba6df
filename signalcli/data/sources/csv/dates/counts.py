"""Dates that are numbers: counts since 1970 in s, ms, µs, ns, and serial days of a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable

_COUNT = r"-?[0-9]+(?:\.[0-9]*)?"
_CLOCK = r"(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?"
_COMPACT = r"(?:19|20|21)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])" + _CLOCK
_SERIAL = r"[2-7][0-9]{4}(?:[.,][0-9]*)?"
_MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_DIGITS = {"s": range(9, 11), "ms": range(11, 14), "us": range(15, 17), "ns": range(18, 20)}
_DAY = 86_400_000  # milliseconds
_SPREADSHEET_ZERO = pd.Timestamp("1899-12-30")


def are_counts(texts: pd.Series[Any]) -> bool:
    """Return whether all cells are numbers, the longest a count since 1970, and not all like 20240102."""
    if not texts.iloc[0].removeprefix("-")[:1].isdigit() or not texts.str.fullmatch(_COUNT).all():
        return False
    longest = int(_digits(texts).max())
    return any(longest in digits for digits in _DIGITS.values()) and not texts.str.fullmatch(_COMPACT).all()


def are_serials(texts: pd.Series[Any]) -> bool:
    """Return whether all cells may be days since 1899-12-30, as a spreadsheet stores dates."""
    return len(re.split("[.,]", texts.iloc[0])[0]) <= 8 and bool(texts.str.fullmatch(_SERIAL).all())


def from_counts(texts: pd.Series[Any], where: str) -> pd.Series[Any]:
    """Return ``datetime64[us]``; each cell has the unit that its number of digits tells. Raises DataError."""
    digits = _digits(texts).to_numpy()
    counts = np.zeros(len(texts), dtype="int64")
    for unit, lengths in _DIGITS.items():
        mask = np.isin(digits, list(lengths)) if unit != "s" else digits <= lengths[-1]
        if mask.any():
            counts[mask] = _microseconds(texts[mask], unit, where)
    return pd.Series(counts.astype("datetime64[us]"), texts.index)


def refuse_rounded(texts: pd.Series[Any], where: str) -> None:
    """Raise DataError when counts in scientific notation have too few digits to tell the bars apart."""
    if texts.duplicated().any() and texts.str.contains("[eE]", regex=True).any():
        line = texts.index[texts.duplicated().to_numpy().argmax()]
        text = f"{where}:{line}: '{printable(texts.loc[line])}': a spreadsheet has rounded the dates"
        raise DataError("DATA-DATE", f"{text}; save the file with all digits")


def from_serials(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return ``datetime64[us]`` of serial days, to the millisecond, which their fractions hold."""
    days = texts.str.replace(",", ".", regex=False).astype("float64")
    milliseconds = np.rint(days * _DAY).astype("int64")
    return (_SPREADSHEET_ZERO + pd.to_timedelta(milliseconds, unit="ms")).astype("datetime64[us]")


def _microseconds(texts: pd.Series[Any], unit: str, where: str) -> np.ndarray:
    scale = _MICROSECONDS[unit]
    try:
        if texts.str.contains(".", regex=False).any():
            return np.rint(texts.astype("float64") * scale).astype("int64").to_numpy()
        counts = texts.astype("int64").to_numpy()  # nanoseconds do not fit into a float
        return counts * int(scale) if scale >= 1 else counts // int(1 / scale)
    except (ValueError, OverflowError) as error:
        text = f"{where}: dates such as {printable(texts.iloc[0])} count from 1970 beyond the calendar"
        raise DataError("DATA-DATE", f"{text}; give the format with --date-format") from error


def _digits(texts: pd.Series[Any]) -> pd.Series[Any]:
    return texts.str.removeprefix("-").str.partition(".")[0].str.len()
