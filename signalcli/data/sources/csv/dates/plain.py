"""Texts of dates in plain digits: month and zone names as numbers, weekdays and remarks left out."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.dates.months import numbered_months
from signalcli.data.sources.csv.dates.zones import numbered_zones

_UNUSUAL = r"[^0-9TZ:+./\- ]|:\d{2}(?:\.\d+)?[+-]\d{2}$|[-/.] |\.$|\.\d{4}\.|(?:GMT|UTC)[+-]"
_YEAR_AT_END = (  # Mon Feb 20 14:30:00 UTC 2023
    r"^(?:[^\W\d_]{3,}\.?,? +)?([^\W\d_]{3,}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2})"
    r"( [+-]\d{2}:?\d{2}| [A-Z]{3,4})? (\d{4})$"
)
_REMARK = r"\s*\([^()]*\)"  # (Wed), (Central European Time)
_REPLACEMENTS = (
    (r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\s*", r"\1-\2-\3 "),
    (r"(\d{1,2})\s*[时時시点點]\s*(\d{1,2})\s*[分분]?(?:\s*(\d{1,2})\s*[秒초])?", r"\1:\2:\3"),
    (r":\s*$", ""),
    (r"^(\d{4})([-/.])\s*(\d{1,2})\2\s*(\d{1,2})\.?(?=[T\s]|$)", r"\1-\3-\4"),
    (r"^(\d{1,2})([-/.])\s+(\d{1,2})\2\s+(\d{4})", r"\1\2\3\2\4"),
    (r"\s*г\.?$", ""),
    (r"(?<=\d)\s*([AaPp])\.?\s?[Mm]\.?(?=\s|$)", r" \1M"),
    (r"\b(\d{1,2})h(\d{2})\b", r"\1:\2"),
    (r"^(\d{1,2}[^\W\d_]{3}\d{2,4}):(?=\d{1,2}:\d{2})", r"\1 "),  # 20FEB2023:14:30:00
    (_YEAR_AT_END, r"\1 \2, \5 \3\4"),
    (r"(:\d{2}(?:\.\d+)?)([+-]\d{2})$", r"\1\2:00"),  # +00
    (r"^[^\W\d_]{2,}\.?,?\s+(?=[^\W\d_]{3,}\.?\s*\d|\d{1,4}[-/.]\d|\d{1,2}\.?\s+[^\W\d_]{3,})", ""),  # Wed,
)


def plain_dates(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts of dates without names; ones that are plain already stay as they are."""
    if not texts.str.contains(_UNUSUAL, regex=True).any():
        return texts
    texts = numbered_zones(texts.str.replace(_REMARK, "", regex=True))
    for pattern, by in _REPLACEMENTS:
        texts = texts.str.replace(re.compile(pattern), by, regex=True)
    return numbered_months(texts.str.strip())
