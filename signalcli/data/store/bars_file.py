"""Parquet file of the stored bars of one symbol."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from signalcli.data.store.names import symbol_of
from signalcli.errors import DataError, NoInputError, SignalcliError, printable

if TYPE_CHECKING:
    import pyarrow as pa

_METADATA_KEY = b"signalcli"
_COMPRESSION = {"compression": "zstd", "compression_level": 1, "use_dictionary": ["symbol"]}


@dataclass(frozen=True)
class StoredBars:
    """Stored bars of one symbol.

    Parameters
    ----------
    bars : DataFrame
        BARS, at least one row.
    since : date or None
        First date ever requested from the source; None when all bars were.
    """

    bars: pd.DataFrame
    since: dt.date | None = None


@dataclass(frozen=True)
class Footer:
    """Facts from the footer of a file: rows, first and last date, first date ever requested."""

    rows: int
    first: dt.datetime
    last: dt.datetime
    since: dt.date | None


def encode(stored: StoredBars) -> bytes:
    """Return the content of a file."""
    import pyarrow as pa
    from pyarrow import parquet

    since = stored.since.isoformat() if stored.since else None
    table = pa.Table.from_pandas(stored.bars, preserve_index=False)
    table = table.replace_schema_metadata({_METADATA_KEY: json.dumps({"since": since})})
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, **_COMPRESSION)
    return buffer.getvalue()


def read_bars(path: Path) -> StoredBars:
    """Return the bars of a file. Raises DataError."""
    table = read_arrow(path)
    bars = table.to_pandas(ignore_metadata=True)
    if bars.empty:
        raise _damaged(path, "holds no bars")
    return StoredBars(bars, _since(table.schema.metadata, bars["date"].iloc[0].date()))


def read_arrow(path: Path) -> pa.Table:
    """Return the bars of a file as an Arrow table. Raises DataError."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, partitioning=None)
        symbols = table.column("symbol").unique().to_pylist()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise _unread(path, error) from error
    if symbols != [symbol_of(path)]:  # for example aapl and AAPL on a file system that ignores case
        raise _damaged(path, f"holds {printable(', '.join(map(str, symbols)))}")
    return table


def read_footer(path: Path) -> Footer:
    """Return the footer of a file without reading its bars. Raises DataError."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        metadata = parquet.read_metadata(path)
        column = metadata.schema.names.index("date")
        groups = [metadata.row_group(i).column(column).statistics for i in range(metadata.num_row_groups)]
        first, last = min(group.min for group in groups), max(group.max for group in groups)
    except (pa.ArrowException, OSError, ValueError, AttributeError) as error:
        raise _unread(path, error) from error
    return Footer(metadata.num_rows, first, last, _since(metadata.metadata, first.date()))


def _since(metadata: dict[bytes, bytes] | None, first: dt.date) -> dt.date | None:
    note = (metadata or {}).get(_METADATA_KEY)
    if note is None:  # the file was written by another program
        return first
    since = json.loads(note)["since"]
    return dt.date.fromisoformat(since) if since else None


def _unread(path: Path, error: Exception) -> SignalcliError:
    """A fault of the disk says nothing about the file, so it is no reason to move the file away."""
    if isinstance(error, OSError) and error.errno:
        return NoInputError("INPUT-OPEN", f"{printable(path)}: {os.strerror(error.errno)}")
    return _damaged(path, "cannot be read")


def _damaged(path: Path, why: str) -> DataError:
    return DataError("STORE-FILE", f"{printable(path)}: {why}; move it away and fetch again")
