"""Write lag columns faster: ``ret_lag3`` holds the values of ``ret_lag0`` three rows earlier.

Formatting a number takes several times as long as copying its text, and most columns of FEATURES are lags.
Columns are compared bit by bit first; a name alone proves nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_LAGGED = re.compile(r"(?P<channel>.+)_lag(?P<rows>[1-9]\d*)")


def reuse_lag_text(arrow: pa.Table, table: pd.DataFrame) -> pa.Table:
    """Return ``arrow`` with each lag column of ``table`` as text copied from the text of its lag 0."""
    import pyarrow as pa

    matches = {name: match for name in arrow.column_names if (match := _LAGGED.fullmatch(name))}
    if not matches or "symbol" not in table:
        return arrow
    columns = dict(zip(arrow.column_names, arrow.columns, strict=True))
    texts: dict[str, pa.ChunkedArray] = {}
    position = _position_in_symbol(arrow.column("symbol"))
    for name, match in matches.items():
        base, rows = f"{match['channel']}_lag0", int(match["rows"])
        if base in columns and _is_lag(table[name], table[base], rows, position):
            texts[base] = texts[base] if base in texts else columns[base].cast(pa.string())
            source_row = np.arange(len(table)) - rows
            texts[name] = texts[base].take(pa.array(source_row, mask=position < rows))
    return pa.table(columns | texts)


def _position_in_symbol(symbols: pa.ChunkedArray) -> np.ndarray:
    """Return for each row the number of earlier rows of its symbol; rows of a symbol are adjacent."""
    codes = symbols.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    rows = np.arange(len(codes))
    starts = np.diff(codes, prepend=np.nan) != 0
    return rows - np.maximum.accumulate(np.where(starts, rows, 0))


def _is_lag(lag: pd.Series[float], base: pd.Series[float], rows: int, position: np.ndarray) -> bool:
    """Return whether ``lag`` is bit by bit ``base`` ``rows`` rows earlier in its symbol; NaN before that."""
    if lag.dtype != base.dtype or lag.dtype.kind != "f":
        return False
    values, source = lag.to_numpy(), base.to_numpy()
    shifted = np.full(len(source), np.nan, source.dtype)
    shifted[rows:] = source[: max(len(source) - rows, 0)]
    shifted[position < rows] = np.nan
    bits = f"i{source.dtype.itemsize}"
    return bool(((values.view(bits) == shifted.view(bits)) | (np.isnan(values) & np.isnan(shifted))).all())
