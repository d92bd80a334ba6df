"""Strip from number cells what is no number: currencies, blanks that group digits, suffixes such as M."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from signalcli.io.csv import MISSING_VALUES

NOTHING = [
    *MISSING_VALUES, "--", "–", "—", "NULL", "Null", "NONE", "NAN", "#N/A", "#N/A N/A", "#NV", "n.a.",
    "n.v.", "N/D", "n/d", "ND", "nd", "NaT", "nil", ".", "*",
]  # fmt: skip
POWERS = {
    3: ("K", "k", "Tsd", "Tsd.", "mil", "тыс", "тыс.", "千"),
    4: ("万", "萬", "만"),
    6: ("M", "m", "Mio", "Mio.", "MM", "Mn", "mn", "mln", "млн", "млн.", "mill", "百万", "百萬"),
    8: ("亿", "億", "억"),
    9: ("B", "b", "Bn", "bn", "Mrd", "Mrd.", "Mld", "mld", "mlrd", "млрд", "млрд.", "G", "Bil"),
    12: ("T", "t", "tn", "兆", "조", "трлн"),
}
_SIGNS = r"US\$|HK\$|NT\$|R\$|A\$|C\$|S\$|[$€£¥￥₹₽₺₩₫฿₿¢]"
_CODES = "USD|EUR|GBP|JPY|CHF|CNY|RUB|TRY|PLN|CZK|HUF|SEK|BRL|KRW|INR|AUD|CAD|HKD"
_WORDS = r"zł|Kč|Ft|kr\.?|TL|Rs\.?|руб\.?|元|円|원"
_CURRENCY = f"(?:{_SIGNS}|{_CODES}|{_WORDS})"
_ENDS = rf"^([-+]?)\s*{_CURRENCY}\s*|\s*{_CURRENCY}$"
_BLANK = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
_GROUPING = re.compile("(?<=[0-9])[\u00a0\u202f\u2009'’](?=[0-9])")
_SUFFIXED = re.compile(r"^(?P<number>[-0-9.,]*[0-9.,]\s*)(?P<suffix>[^\W\d_]+\.?)$")
_EXPONENTS = {word: f"e{power}" for power, words in POWERS.items() for word in words}
_UNUSUAL = r"[^0-9.,]|^[.,]*$"
_REWRITTEN = r"[^0-9.,eE-]"


def strip_cells(texts: pd.DataFrame, *, blanks: bool = False) -> pd.DataFrame:
    """Return text cells of numbers as digits, points and commas; None where a cell means a missing value.

    With ``blanks`` a common blank may group digits, as others that do not break a line do everywhere.
    """
    return texts.apply(_clean, blanks=blanks)


def strip_blanks(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return text cells without surrounding spaces, None where a cell means a missing value."""
    stripped = texts.str.strip()
    nothing = stripped.isin(NOTHING)
    return stripped.mask(nothing, None) if nothing.any() else stripped


def _clean(texts: pd.Series[Any], *, blanks: bool) -> pd.Series[Any]:
    """Return a column whose cells are rewritten where they hold more than digits and marks."""
    if not texts.str.contains(_UNUSUAL, regex=True).fillna(value=True).any():
        return texts
    stripped = strip_blanks(texts)
    unusual = stripped.str.contains(_REWRITTEN, regex=True).fillna(value=False).to_numpy("bool")
    if not unusual.any():
        return stripped
    cells = stripped.to_numpy(dtype=object, copy=True)
    cells[unusual] = _rewrite(stripped[unusual], blanks=blanks).to_numpy(dtype=object)
    return pd.Series(cells, texts.index, dtype="str", name=texts.name)


def _rewrite(texts: pd.Series[Any], *, blanks: bool) -> pd.Series[Any]:
    """Return cells without signs of a currency and marks between groups of digits; a suffix as a power."""
    cells = texts.str.replace("−", "-", regex=False).str.replace(_ENDS, r"\1", regex=True)
    cells = cells.str.replace(_GROUPING, "", regex=True).str.removeprefix("+").str.strip()
    cells = cells.str.replace(_BLANK, "", regex=True) if blanks else cells
    parts = cells.str.extract(_SUFFIXED)
    powers = parts["suffix"].map(_EXPONENTS)
    return cells.where(powers.isna(), parts["number"].str.rstrip() + powers)
