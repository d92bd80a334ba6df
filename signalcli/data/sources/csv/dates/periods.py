"""Weeks, months and quarters as their first days; dates of other calendars and other ways to store them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.dates.months import numbered_months

_QUARTER = r"(?P<year>(?:19|20|21)\d{2})[-/ ]?Q(?P<quarter>[1-4])"
_QUARTER_FIRST = r"(?:Q(?P<quarter>[1-4])|(?P<number>[1-4])Q)[-/ ]?(?P<year>(?:19|20|21)\d{2})"
_WEEK = r"(?P<year>(?:19|20|21)\d{2})-?W(?P<week>[0-5]\d)(?:-?(?P<day>[1-7]))?"
_MONTH = r"(?P<year>(?:19|20|21)\d{2})[-/ ]?M(?P<month>0?[1-9]|1[0-2])"
_MONTH_LAST = r"(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>(?:19|20|21)\d{2})"
_COMPACT_MONTH = r"(?P<year>(?:19|20|21)\d{2})(?P<month>0[1-9]|1[0-2])"
_NAMED_MONTH = r"(?P<name>[^\W\d_]{3,})\.?[-/ ]'?(?P<year>\d{2})"
_YEAR = r"(?P<year>(?:19|20|21)\d{2})"
_REPUBLIC = r"(?P<year>1\d{2})(?P<rest>[-/.年]\d{1,2}[-/.月]\d{1,2}日?)"  # of China: 110 is 2021
_SCIENTIFIC = r"\d(?:\.\d*)?[eE]\+?\d{1,2}"
_MONTHS = 13  # rows after which a month above 12 would have come, were the last two digits days
_WRAPPED = r"^(?:=?\"|['’])(.*?)\"?$"  # ="2024-01-02" and '2024-01-02 of a spreadsheet
_FLOAT = r"(?:19|20|21)\d{6}\.0+"


def unquoted(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts without the marks by which a spreadsheet keeps them text: ``="600000"``, ``'600000``."""
    first = texts.iloc[0] if len(texts) else ""
    marked = first[:1] in {"=", "'", "’", '"'}
    return texts.str.replace(_WRAPPED, r"\1", regex=True) if marked else texts


def unwrapped(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts without what spreadsheets and floats add: quotes, exponents, the end of ``20240102.0``."""
    texts = unquoted(texts)
    first = texts.iloc[0] if len(texts) else ""
    if re.fullmatch(_SCIENTIFIC, first) and texts.str.fullmatch(_SCIENTIFIC).all():
        return texts.map(lambda text: f"{Decimal(text):f}")
    if re.fullmatch(_FLOAT, first) and texts.str.fullmatch(_FLOAT).all():
        return texts.str.partition(".")[0]
    return texts


def first_days(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return periods as the text of their first day, ``2024-01-01``; texts that are none as they are.

    Periods are ``2024-W01``, ``2024Q1``, ``2024M01``, ``01/2024``, ``202401``, ``Jan-24`` and ``2024``, and
    dates in years of the Republic of China.
    """
    first = texts.iloc[0]
    for shape, convert in _SHAPES:
        if re.fullmatch(shape, first):
            parts = texts.str.extract(f"^{shape}$")
            if parts["year"].notna().all() and (days := convert(parts)) is not None:
                return days
    return texts


def _from_quarter(parts: pd.DataFrame) -> pd.Series[Any]:
    number = parts["quarter"].fillna(parts["number"]) if "number" in parts else parts["quarter"]
    return parts["year"] + "-" + number.map({"1": "01", "2": "04", "3": "07", "4": "10"}) + "-01"


def _from_week(parts: pd.DataFrame) -> pd.Series[Any] | None:
    texts = parts["year"] + parts["week"] + parts["day"].fillna("1")
    days = pd.to_datetime(texts, format="%G%V%u", errors="coerce")
    return days.dt.strftime("%Y-%m-%d") if days.notna().all() else None


def _from_month(parts: pd.DataFrame) -> pd.Series[Any] | None:
    """Return the first days of months, if they are in order: six digits may be a day, too."""
    days = parts["year"] + "-" + parts["month"].str.zfill(2) + "-01"
    return days if _in_order(days) else None


def _from_digits(parts: pd.DataFrame) -> pd.Series[Any] | None:
    """Return the first days of months of six digits, where they are too many to be days of no month's end."""
    return _from_month(parts) if len(parts) >= _MONTHS else None


def _from_name(parts: pd.DataFrame) -> pd.Series[Any] | None:
    """Return the first days of named months of years with two digits, if they are in order."""
    century = parts["year"].where(parts["year"] < "69", "19" + parts["year"])
    years = century.where(century.str.len() == 4, "20" + century)
    days = numbered_months("1 " + parts["name"] + " " + years)
    return days if days.str.fullmatch(r"\d{4}-\d{2}-\d{2}").all() and _in_order(days) else None


def _from_year(parts: pd.DataFrame) -> pd.Series[Any] | None:
    days = parts["year"] + "-01-01"
    return days if _in_order(days) else None


def _from_republic(parts: pd.DataFrame) -> pd.Series[Any]:
    rest = parts["rest"].str.replace(r"[/.年月]", "-", regex=True).str.removesuffix("日")
    return (parts["year"].astype("int64") + 1911).astype("str") + rest


def _in_order(days: pd.Series[Any]) -> bool:
    dates = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
    return dates.notna().all() and bool(dates.is_monotonic_increasing or dates.is_monotonic_decreasing)


_SHAPES = (
    (_QUARTER, _from_quarter),
    (_QUARTER_FIRST, _from_quarter),
    (_WEEK, _from_week),
    (_MONTH, _from_month),
    (_MONTH_LAST, _from_month),
    (_COMPACT_MONTH, _from_digits),
    (_NAMED_MONTH, _from_name),
    (_YEAR, _from_year),
    (_REPUBLIC, _from_republic),
)
