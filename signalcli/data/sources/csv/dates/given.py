"""A format given for dates whose time it leaves out."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.dates.layout import infer_time_format
from signalcli.errors import printable

_TIME_CODES = re.compile(r"%[HIMSpfTXcRrs]")
_PATTERNS = {
    "%d": r"\d{1,2}", "%m": r"\d{1,2}", "%Y": r"\d{4}", "%y": r"\d{2}", "%b": r"[^\W\d]+", "%B": r"[^\W\d]+",
    "%a": r"[^\W\d]+", "%A": r"[^\W\d]+", "%j": r"\d{1,3}", "%e": r"\d{1,2}",
}  # fmt: skip


def with_time(texts: pd.Series[Any], date_format: str, where: str) -> str:
    """Return the format with the time and zone of the first text; or as it is, if it has a time."""
    codes = re.split(r"(%.)", date_format)
    pattern = "".join(_PATTERNS.get(part, re.escape(part)) for part in codes)
    match = re.match(pattern, texts.iloc[0])
    if match is None or _TIME_CODES.search(date_format):
        return date_format
    place = f"{where}:{texts.index[0]}: '{printable(texts.iloc[0])}'"
    return date_format + infer_time_format(texts.iloc[0][match.end() :], place, date_format)
