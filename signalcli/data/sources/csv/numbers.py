"""Text numbers of unknown dialect to floats; the whole file decides what its commas and points mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from signalcli.errors import DataError, printable
from signalcli.io.csv import UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

Style = Literal["plain", "thousands", "decimal_comma"]

_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_PLAIN = rf"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}"
_WITH_THOUSANDS = rf"(?:-?[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]*)?|{_PLAIN})"
_WITH_DECIMAL_COMMA = rf"-?(?:[0-9]+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+)(?:,[0-9]*)?{_EXPONENT}"
# One comma and three digits behind it, as in 1,234, may be either; these may not.
_ONLY_THOUSANDS = (
    r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*"
    r"|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+)"
)
_ONLY_DECIMAL = (
    r"-?(?:(?:0|[0-9]{4,}),[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)"
)


def cells(texts: pd.DataFrame) -> pd.DataFrame:
    """Text cells without blanks around them; None where a cell says that it knows nothing."""
    return texts.apply(lambda column: column.str.strip()).replace(UNKNOWN, None)


def style_of(known: pd.DataFrame, delimiter: str, where: str) -> Style:
    """How the numbers of a file are written, decided by all of its number cells.

    A comma that may be either is a thousands mark in a file with commas between its cells, a decimal comma
    in one with semicolons (that is why it has them), and a DataError in any other.
    """
    marked = known.melt()["value"].dropna()
    marked = marked[marked.str.contains(",", regex=False)]
    if marked.empty:
        return "plain"
    if marked.str.fullmatch(_ONLY_DECIMAL).any():
        return "decimal_comma"
    everything = known.melt()["value"].dropna()
    if delimiter == "," or everything.str.fullmatch(_ONLY_THOUSANDS).any():
        return "thousands"
    if delimiter == ";":
        return "decimal_comma"
    raise DataError(
        "DATA-NUMBER",
        f"{where}: numbers like '{printable(marked.iloc[0])}': thousands or decimals? remove the commas",
    )


def floats(texts: pd.Series[Any], style: Style) -> pd.Series[Any]:
    """Correctly rounded floats; NaN for an unknown cell and for text that is no finite number."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if style == "thousands":
        texts = texts.where(texts.str.fullmatch(_WITH_THOUSANDS)).str.replace(",", "", regex=False)
    elif style == "decimal_comma":
        texts = texts.where(texts.str.fullmatch(_WITH_DECIMAL_COMMA)).str.replace(".", "", regex=False)
        texts = texts.str.replace(",", ".", regex=False)
    digits = pa.array(texts.where(texts.str.fullmatch(_PLAIN)), pa.large_string(), from_pandas=True)
    values = digits.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return pd.Series(np.where(np.isinf(values), np.nan, values), texts.index, dtype="float64")


def numbers(texts: pd.Series[Any], style: Style, where: str) -> pd.Series[Any]:
    """Floats of a text column; an unknown cell is NaN, other text a DataError with its line."""
    values = floats(texts, style)
    wrong = values.isna() & texts.notna()
    if wrong.any():
        line = wrong.index[wrong][0]
        raise DataError(
            "DATA-NUMBER",
            f"{where}:{line}: {texts.name} '{printable(texts[line])}' is not a number; fix or remove the row",
        )
    return values
