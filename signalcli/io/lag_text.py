"""Text of columns that say again what another said some rows before, as ``ret_lag3`` does of ``ret_lag0``.

To print a number takes several times as long as to copy its text, and most of a row of FEATURES is copies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_LAGGED = re.compile(r"(?P<channel>.+)_lag(?P<rows>[1-9]\d*)")


def with_texts(arrow: pa.Table, table: pd.DataFrame) -> pa.Table:
    """The columns of ``arrow``, some as the text that they will be printed as.

    Names only suggest what may be the same; the numbers of ``table``, to the bit, decide it.
    """
    import pyarrow as pa

    found = {name: match for name in arrow.column_names if (match := _LAGGED.fullmatch(name))}
    if not found or "symbol" not in table:
        return arrow
    columns = dict(zip(arrow.column_names, arrow.columns, strict=True))
    texts: dict[str, pa.ChunkedArray] = {}
    rows_before = _rows_before(arrow.column("symbol"))
    for name, match in found.items():
        first, rows = f"{match['channel']}_lag0", int(match["rows"])
        if first in columns and _again(table[name], table[first], rows, rows_before):
            texts[first] = texts[first] if first in texts else columns[first].cast(pa.string())
            at = np.arange(len(table)) - rows
            texts[name] = texts[first].take(pa.array(at, mask=rows_before < rows))
    return pa.table(columns | texts)


def _rows_before(symbols: pa.ChunkedArray) -> np.ndarray:
    """Rows of its symbol before each row."""
    codes = symbols.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    rows = np.arange(len(codes))
    new = np.diff(codes, prepend=np.nan) != 0
    return rows - np.maximum.accumulate(np.where(new, rows, 0))


def _again(later: pd.Series[float], first: pd.Series[float], rows: int, rows_before: np.ndarray) -> bool:
    """Whether each value is, to the bit, that of ``first`` so many rows before in its symbol, or unknown."""
    if later.dtype != first.dtype or later.dtype.kind != "f":
        return False
    values, said = later.to_numpy(), first.to_numpy()
    shifted = np.full(len(said), np.nan, said.dtype)
    shifted[rows:] = said[: max(len(said) - rows, 0)]
    shifted[rows_before < rows] = np.nan
    bits = f"i{said.dtype.itemsize}"
    return bool(((values.view(bits) == shifted.view(bits)) | (np.isnan(values) & np.isnan(shifted))).all())
