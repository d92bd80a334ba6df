"""Parse numbers of an unknown format; the whole file decides what commas and points mean."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable
from signalcli.io.csv import MISSING_VALUES

NumberFormat = Literal["plain", "thousands", "decimal_comma"]

_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_PLAIN = rf"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}"
_WITH_THOUSANDS = rf"(?:-?[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]*)?|{_PLAIN})"
_WITH_DECIMAL_COMMA = rf"-?(?:[0-9]+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+)(?:,[0-9]*)?{_EXPONENT}"
# 1,234 is ambiguous; numbers that match these patterns are not.
_ONLY_THOUSANDS = (
    r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*"
    r"|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+)"
)
_ONLY_DECIMAL = (
    r"-?(?:(?:0|[0-9]{4,}),[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)"
)


def strip_cells(texts: pd.DataFrame) -> pd.DataFrame:
    """Return text cells without surrounding spaces, None where the text means a missing value."""
    return texts.apply(lambda column: column.str.strip()).replace(MISSING_VALUES, None)


def infer_number_format(cells: pd.DataFrame, delimiter: str, where: str) -> NumberFormat:
    """Return the number format of a file, inferred from all of its number cells.

    An ambiguous comma is a thousands separator in a comma-delimited file and a decimal comma in a
    semicolon-delimited one; with another delimiter it is a DataError.
    """
    values = cells.melt()["value"].dropna()
    with_comma = values[values.str.contains(",", regex=False)]
    if with_comma.empty:
        return "plain"
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
