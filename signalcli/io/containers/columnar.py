"""Parquet, Arrow and Feather → Arrow tables of plain types."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from signalcli.errors import DataError, count, shortened
from signalcli.io.containers.packed import damaged
from signalcli.io.containers.plain import plain_column
from signalcli.io.containers.signatures import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

SMALL = 2**24  # cells that any file may have
RATIO = 256  # cells a byte; equal cells are packed by runs, so a small file can hold more than all memory
LEFT_OUT = "; left out"  # end of a note
_INDEX = "__index_level_0__"  # pandas' name for an index without one


class Plain(NamedTuple):
    """A table whose cells are numbers, text, dates and truth values, and what was left out of it."""

    table: pa.Table
    notes: tuple[str, ...] = ()


def read_columnar(content: bytes, kind: Kind, where: str) -> Plain:
    """Return the table of a Parquet, Arrow or Feather file; a saved index is a column. Raises DataError."""
    import pyarrow as pa

    try:
        return plain_types(_read(content, kind, where), where)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
        raise damaged(where, kind, _reason(error)) from error


def _reason(error: Exception) -> str:
    from signalcli.io.csv import arrow_message

    return arrow_message(error) if str(error).strip() else type(error).__name__


def _read(content: bytes, kind: Kind, where: str) -> pa.Table:
    import pyarrow as pa

    if kind is Kind.PARQUET:
        return _read_parquet(content, where)
    if kind is Kind.FEATHER:
        from pyarrow import feather

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old files stay, whatever Arrow thinks of them
            return feather.read_table(pa.BufferReader(content), memory_map=False)
    source = pa.BufferReader(content)
    reader = pa.ipc.open_file(source) if kind is Kind.ARROW_FILE else pa.ipc.open_stream(source)
    indices = range(reader.num_record_batches) if kind is Kind.ARROW_FILE else None
    batches = reader if indices is None else map(reader.get_batch, indices)
    return pa.Table.from_batches(_counted(batches, len(content), where), reader.schema)


def _counted(batches: Iterable[pa.RecordBatch], size: int, where: str) -> Iterable[pa.RecordBatch]:
    cells = 0
    for batch in batches:
        cells += batch.num_rows * batch.num_columns
        check_cells(cells, size, where)
        yield batch


def _read_parquet(content: bytes, where: str) -> pa.Table:
    import pyarrow as pa
    from pyarrow import parquet

    metadata = parquet.read_metadata(pa.BufferReader(content))
    check_cells(metadata.num_rows * metadata.num_columns, len(content), where)
    return parquet.read_table(pa.BufferReader(content))


def check_cells(cells: int, size: int, where: str) -> None:
    """Raise DataError when a file of ``size`` bytes holds more cells than tables of bars do."""
    if cells > max(SMALL, RATIO * size):
        text = f"{where}: {cells:,} cells in {size:,} bytes"
        raise DataError("FILE-LARGE", f"{text}; if that is right, write it anew in smaller files")


def plain_types(table: pa.Table, where: str) -> Plain:
    """Return a table of plain types: decimals as floats, days as timestamps, categories as their text.

    Columns of lists, structures and bytes are left out, with a line.
    """
    import pyarrow as pa

    table = table.rename_columns([_index_name(table) if n == _INDEX else n for n in table.column_names])
    columns = {
        name: plain_column(column) for name, column in zip(table.column_names, table.columns, strict=True)
    }
    if len(columns) < table.num_columns:
        names = shortened(sorted({n for n in table.column_names if table.column_names.count(n) > 1}))
        raise DataError("CSV-HEADER", f"{where}: column {names} appears twice; rename one")
    nested = [name for name, column in columns.items() if column is None]
    kept = {name: column for name, column in columns.items() if column is not None}
    what = f"{count(len(nested), 'column')} of lists, structures or bytes ({shortened(nested)})"
    notes = [f"{where}: {what}{LEFT_OUT}"]
    return Plain(pa.table(kept), tuple(notes if nested else ()))


def _index_name(table: pa.Table) -> str:
    """Return the name of an index that pandas saved without one: its dates, or nothing for a row counter."""
    from pyarrow import types

    moments = [f.name for f in table.schema if types.is_timestamp(f.type) or types.is_date(f.type)]
    return "date" if moments == [_INDEX] else ""
