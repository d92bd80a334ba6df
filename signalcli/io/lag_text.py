"""Write lag columns faster: ``ret_lag3`` holds the values of ``ret_lag0`` three rows earlier.

Formatting a number takes several times as long as copying its text, and most columns of FEATURES are lags.
Columns are compared bit by bit first; a name alone proves nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from signalcli.io.formatting import Columns

_LAGGED = re.compile(r"(?P<channel>.+)_lag(?P<rows>[1-9]\d*)")


def reuse_lag_text(columns: Columns) -> Columns:
    """Return the columns, each lag as text that refers to the text of its lag 0."""
    import pyarrow as pa

    texts: Columns = {}
    for name, match in [(name, match) for name in columns if (match := _LAGGED.fullmatch(name))]:
        base, rows = f"{match['channel']}_lag0", int(match["rows"])
        if base in columns and _is_lag(columns[name], columns[base], rows):
            if base not in texts:
                texts[base] = columns[base].cast(pa.string())
            texts[name] = _delayed(texts[base], rows, columns[name])
    return columns | texts


def _is_lag(lag: pa.Array, base: pa.Array, rows: int) -> bool:
    """Return whether each known value of ``lag`` is bit by bit that of ``base`` ``rows`` rows earlier."""
    import pyarrow as pa

    if not isinstance(lag, pa.FloatingPointArray) or lag.type != base.type or rows >= len(lag):
        return False
    differs = _bits(lag)[rows:] != _bits(base)[:-rows]
    unequal = np.append(np.arange(rows), np.flatnonzero(differs) + rows)
    return lag.take(pa.array(unequal)).null_count == len(unequal)


def _bits(numbers: pa.Array) -> np.ndarray:
    return np.frombuffer(numbers.buffers()[1], f"i{numbers.type.byte_width}", len(numbers))


def _delayed(texts: pa.StringArray, rows: int, cells: pa.Array) -> pa.StringArray:
    """Return ``texts`` ``rows`` rows later, null where ``cells`` are; the characters are not copied."""
    import pyarrow as pa

    _, offsets, characters = texts.buffers()
    ends = np.frombuffer(offsets, "int32", len(texts) + 1)
    moved = np.concatenate([np.repeat(ends[:1], rows), ends[:-rows]])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(moved), characters, cells.buffers()[0])
