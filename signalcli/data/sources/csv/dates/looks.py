"""Whether a column of texts looks like dates, clock times, or serial days."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_SHARE = 0.95
_STEADY = (
    0.85  # of the steps of a column of dates have one direction, where several symbols follow one another
)
_DATE = re.compile(
    r"^(?:(?:[A-Za-z]{2,9}\.?,? +)?(?:"
    r"(?:19|20|21)\d\d[-/. ]+\d{1,2}(?:[-/. ]+\d{1,2})?(?:\D.*)?"  # 2024-01-02
    r"|\d{1,2}[-/. ]+\d{1,2}[-/. ]+(?:\d{4}|\d\d)(?:\D.*)?"  # 02.01.2024
    r"|(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}(?:\d\d)?)?(?:\D.*)?"  # 20240102
    r"|\d{1,2}(?:st|nd|rd|th|\.)?[-/. ]*[^\W\d]{3,}\.?[-/., ]+'?\d{2,4}(?:\D.*)?"  # 2-Jan-2024
    r"|[^\W\d]{3,}\.? *\d{1,2}(?:st|nd|rd|th)?,? +'?\d{2,4}(?:\D.*)?"  # Jan 2, 2024
    r"|(?:19|20|21)\d\d *[年년].*"
    r"|(?:19|20|21)\d\d[-/ ]?(?:Q[1-4]|W[0-5]\d(?:-?[1-7])?|M(?:0?[1-9]|1[0-2]))"  # 2024-Q1
    r"|\d(?:\.\d*)?[eE]\+?(?:0?7|09|1[0-9])"  # 1.7e+09
    r"|-?\d{9,10}(?:\.\d+)?|\d{12,13}(?:\.\d+)?|\d{15,16}|\d{18,19}))$"
)
_COUNT = re.compile(r"^-?\d{9,19}(?:\.\d+)?$")
_CLOCK = re.compile(r"^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:[.,]\d+)?(?: ?[AaPp]\.?[Mm]\.?)?$")
_DIGITS = re.compile(r"^(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?$")
_SERIAL = re.compile(r"^[2-7]\d{4}(?:[.,]\d+)?$")


def are_dates(texts: pd.Series[Any]) -> bool:
    """Return whether nearly all filled cells are dates or counts since 1970."""
    return _most(texts, _DATE) and (not _most(texts, _COUNT) or _runs_one_way(texts))


def is_date(text: str) -> bool:
    """Return whether a text looks like a date or a count since 1970."""
    return bool(_DATE.match(text.strip()))


def is_clock(text: str) -> bool:
    """Return whether a text is a clock time with a colon, such as 09:30."""
    return bool(_CLOCK.match(text.strip()))


def are_clocks(texts: pd.Series[Any]) -> bool:
    """Return whether nearly all filled cells are clock times, such as 09:30 or 093000."""
    return _most(texts, _CLOCK) or (_most(texts, _DIGITS) and texts.str.len().nunique() == 1)


def are_short_clocks(texts: pd.Series[Any]) -> bool:
    """Return whether all cells are clock times without leading zeros, such as 930 and 1600."""
    digits = texts.str.strip()
    if not digits.str.fullmatch(r"\d{1,6}").all():
        return False
    padded = digits.str.zfill(4 if digits.str.len().max() <= 4 else 6)
    return bool(padded.str.match(_DIGITS).all())


def are_serials(texts: pd.Series[Any]) -> bool:
    """Return whether all cells may be days since 1899-12-30 that follow one another."""
    return bool(texts.str.strip().str.fullmatch(_SERIAL.pattern).all()) and _runs_one_way(texts)


def _most(texts: pd.Series[Any], pattern: re.Pattern[str]) -> bool:
    filled = [text for text in texts.str.strip() if text]
    return bool(filled) and sum(bool(pattern.match(text)) for text in filled) >= _SHARE * len(filled)


def _runs_one_way(texts: pd.Series[Any]) -> bool:
    """Return whether numbers rise, or fall, nearly everywhere: counts since 1970 do, volumes do not."""
    steps = pd.to_numeric(texts.str.strip(), errors="coerce").diff().iloc[1:]
    return len(steps) == 0 or max((steps >= 0).mean(), (steps <= 0).mean()) >= _STEADY
