"""Dates whose year, month, day, hour and minute stand in columns of their own → one text."""

from __future__ import annotations

from typing import Any

import pandas as pd

_SHARE = 0.95  # of the cells that must be in range; footers are not
RANGES = {
    "year": (1900, 2100), "month": (1, 12), "day": (1, 31), "day_of_year": (1, 366), "hour": (0, 23),
    "minute": (0, 59), "second": (0, 59),
}  # fmt: skip


def in_range(texts: pd.Series[Any], part: str) -> bool:
    """Return whether nearly all cells are whole numbers that a part of a date can have."""
    whole = _whole(texts)
    numbers = pd.to_numeric(whole.where(whole.str.fullmatch(r"\d{1,4}")), errors="coerce")
    return bool(numbers.between(*RANGES[part]).mean() >= _SHARE)


def join_date(cells: dict[str, pd.Series[Any]]) -> pd.Series[Any]:
    """Return texts such as ``2024-01-02`` or ``2 Jan 2024`` of the parts of a day."""
    year = _whole(cells["year"])
    if "day_of_year" in cells:
        days = pd.to_datetime(
            year + "-" + _whole(cells["day_of_year"]).str.zfill(3), format="%Y-%j", errors="coerce"
        )
        return days.dt.strftime("%Y-%m-%d").fillna(year)
    month, day = _whole(cells["month"]), _whole(cells["day"])
    if in_range(month, "month"):
        return year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    return day + " " + month + " " + year


def join_clock(cells: dict[str, pd.Series[Any]]) -> pd.Series[Any]:
    """Return texts such as ``09:30:00`` of hour, minute, and second where there is one."""
    shown = [_whole(cells[part]).str.zfill(2) for part in ("hour", "minute", "second") if part in cells]
    return shown[0].str.cat(shown[1:], sep=":")


def _whole(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers without the point of a float."""
    return texts.str.strip().str.replace(r"\.0*$", "", regex=True)
