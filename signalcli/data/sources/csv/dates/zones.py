"""Time zones in texts of dates: ``GMT+0200``, ``EST``, ``America/New_York``, ``(Central European Time)``."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

# Hours from UTC. A name with several meanings has that of an exchange: CST is Chicago, IST is India.
HOURS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BRT": -3,
    "ART": -3, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "TRT": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "PHT": 8, "WIB": 7, "ICT": 7,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "SAST": 2, "GST": 4, "UTC": 0,
    "GMT": 0, "UCT": 0,
}  # fmt: skip
_OFFSET = r"\s*(?:GMT|UTC)\s*([+-])(\d{1,2}):?(\d{2})?$"
_NAME = r"\s([A-Z]{3,4})$"
_REGION = r"\s*\[?([A-Z][A-Za-z]+/[A-Za-z_/-]+)\]?$"


def numbered_zones(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts whose zone is an offset such as ``+02:00`` instead of a name or ``GMT+0200``."""
    texts = texts.str.replace(_OFFSET, lambda m: f"{m[1]}{int(m[2]):02d}:{m[3] or '00'}", regex=True)
    names = texts.str.extract(_NAME)[0]
    known = names.isin(list(HOURS)) & ~names.isin(["UTC", "GMT"])
    return texts.where(~known, texts.str.replace(_NAME, "", regex=True) + names.map(_offsets()).fillna(""))


def region(texts: pd.Series[Any]) -> tuple[pd.Series[Any], ZoneInfo | None]:
    """Return texts without the name of a region that all of them end in, and that region.

    A region beside an offset says nothing more and is dropped.
    """
    if not re.search(_REGION, texts.iloc[0]):
        return texts, None
    names = texts.str.extract(_REGION)[0]
    if names.isna().any() or names.nunique() != 1:
        return texts, None
    bare = texts.str.replace(_REGION, "", regex=True)
    if bare.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$").all():
        return bare, None
    try:
        return bare, ZoneInfo(names.iloc[0])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return texts, None


def _offsets() -> dict[str, str]:
    minutes = {name: round(hours * 60) for name, hours in HOURS.items()}
    return {n: f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for n, m in minutes.items()}
