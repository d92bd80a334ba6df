"""Write Parquet tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

MAGIC = b"PAR1"  # first bytes of a Parquet file
ROW_GROUP = 2**16  # rows


def to_arrow(table: pd.DataFrame) -> pa.Table:
    """Return the Arrow table that is written to Parquet: infinite numbers become null."""
    import numpy as np
    import pyarrow as pa

    floats = table.columns[[dtype.kind == "f" for dtype in table.dtypes]]
    infinite = {name: np.isinf(table[name]) for name in floats}
    finite = {name: table[name].mask(mask) for name, mask in infinite.items() if mask.any()}
    return pa.Table.from_pandas(table.assign(**finite), preserve_index=False)


def write_parquet(pieces: Iterable[pa.Table], out: BinaryIO) -> None:
    """Write pieces of a table in groups of `ROW_GROUP` rows; the bytes do not depend on the pieces."""
    import pyarrow as pa
    from pyarrow import parquet

    rest, writer = None, None
    for piece in pieces:
        rest = piece if rest is None else pa.concat_tables([rest, piece])
        writer = writer or parquet.ParquetWriter(_Sink(out), piece.schema)
        while len(rest) >= ROW_GROUP:
            writer.write_table(rest.slice(0, ROW_GROUP).combine_chunks(), ROW_GROUP)
            rest = rest.slice(ROW_GROUP)
    if writer is not None and rest is not None:
        if len(rest):
            writer.write_table(rest.combine_chunks(), ROW_GROUP)
        writer.close()


class _Sink(io.RawIOBase):
    """A handle for Arrow: it counts the bytes, which a pipe does not, and stays open when Arrow closes it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._written = out, 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, content: Any) -> int:
        self._written += len(content)
        return self._out.write(content)
