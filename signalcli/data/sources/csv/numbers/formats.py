"""Parse numbers of an unknown format; the whole file decides what commas and points mean."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from signalcli.data.sources.csv.numbers.cleaning import strip_cells
from signalcli.errors import DataError, printable

NumberFormat = Literal["plain", "thousands", "decimal_comma"]

_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_PLAIN = rf"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}"
_WITH_THOUSANDS = rf"(?:-?[0-9]{{1,3}}(?:,[0-9]{{2,3}})*,[0-9]{{3}}(?:\.[0-9]*)?{_EXPONENT}|{_PLAIN})"
_WITH_DECIMAL_COMMA = rf"-?(?:[0-9]+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+)(?:,[0-9]*)?{_EXPONENT}"
_POWER = r"e[0-9]+$"  # of a suffix such as M
# 1,234 is ambiguous; numbers that match these patterns are not.
_ONLY_THOUSANDS = (
    r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*"
    r"|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+)"
)
_ONLY_DECIMAL = (
    r"-?(?:(?:0|[0-9]{4,}),[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)"
)


def infer_number_format(cells: pd.DataFrame, delimiter: str, where: str) -> NumberFormat:
    """Return the number format of a file, inferred from all of its number cells.

    An ambiguous comma is a thousands separator in a comma-delimited file and a decimal comma in a
    semicolon-delimited one; with another delimiter it is a DataError.
    """
    if not any(cells[name].str.contains(",", regex=False).any() for name in cells):
        return "plain"
    values = cells.melt()["value"].dropna()
    with_comma = values[values.str.contains(",", regex=False)]
    values, with_comma = (texts.str.replace(_POWER, "", regex=True) for texts in (values, with_comma))
    if with_comma.str.fullmatch(_ONLY_DECIMAL).any():
        return "decimal_comma"
    if delimiter == "," or values.str.fullmatch(_ONLY_THOUSANDS).any():
        return "thousands"
    if delimiter == ";":
        return "decimal_comma"
    raise DataError(
        "DATA-NUMBER",
        f"{where}: numbers like '{printable(with_comma.iloc[0])}': the comma may mark thousands or decimals; "
        "remove it",
    )


def to_floats(texts: pd.Series[Any], form: NumberFormat) -> pd.Series[Any]:
    """Return correctly rounded floats, NaN for a missing cell and for text that is no finite number."""
    import pyarrow as pa

    if form == "thousands":
        texts = texts.where(texts.str.fullmatch(_WITH_THOUSANDS)).str.replace(",", "", regex=False)
    elif form == "decimal_comma":
        texts = texts.where(texts.str.fullmatch(_WITH_DECIMAL_COMMA)).str.replace(".", "", regex=False)
        texts = texts.str.replace(",", ".", regex=False)
    digits = pa.array(texts.where(texts.str.fullmatch(_PLAIN)), pa.large_string(), from_pandas=True)
    values = digits.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return pd.Series(np.where(np.isinf(values), np.nan, values), texts.index, dtype="float64")


def parse_numbers(texts: pd.Series[Any], form: NumberFormat, where: str) -> pd.Series[Any]:
    """Return a text column as floats, NaN for a missing cell. Raises DataError with the line."""
    values = to_floats(texts, form)
    wrong = values.isna() & texts.notna()
    if wrong.any():
        line = wrong.index[wrong][0]
        raise DataError(
            "DATA-NUMBER",
            f"{where}:{line}: {texts.name} '{printable(texts[line])}' is not a number; fix or remove the row",
        )
    return values


def to_numbers(cells: pd.DataFrame, delimiter: str) -> pd.DataFrame:
    """Return text columns as floats, NaN for every cell that is no number, to see what columns may be."""
    cleaned = strip_cells(cells)
    try:
        form = infer_number_format(cleaned, delimiter, "")
    except DataError:
        form = "decimal_comma"
    return cleaned.apply(to_floats, form=form).astype("float64")  # of no rows, apply returns what it got
