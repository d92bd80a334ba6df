"""Read and write tables: CSV, JSON, JSON Lines, Parquet; what is read may be in any container."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal, get_args

from signalcli.errors import DataError, UsageError, printable
from signalcli.io.csv import arrow_message, header, parse_csv
from signalcli.io.files import PACKED, STDIO, source_name, write_bytes
from signalcli.io.formatting import CellFormat, cell_format, format_cells, format_csv
from signalcli.io.json_table import is_json, read_json
from signalcli.io.parquet import to_arrow, write_parquet
from signalcli.schemas import ColumnType, Schema, check

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMATS: tuple[str, ...] = get_args(Format)
OTHER_FORMATS = (
    "xlsx", "xls", "ods", "feather", "arrow", "h5", "sqlite", "db", "duckdb", "html", "md", "zip",
)  # fmt: skip


def read_table(source: str, schema: Schema) -> pd.DataFrame:
    """Read a table that signalcli wrote, in any of its formats, from a path or ``-`` and check it.

    The format, and what it is packed in, are recognized by the content. Raises NoInputError when it cannot be
    opened, and DataError, with the line, when it violates the schema.
    """
    # Here, because a help text needs `format_of` alone.
    from signalcli.io.containers.columnar import LEFT_OUT
    from signalcli.io.containers.read import OWN, read_one

    where = source_name(source)
    content, notes = read_one(source, OWN)
    for note in notes:
        raise DataError("TABLE-TYPE", f"{note.removesuffix(LEFT_OUT)}; write the table without it")
    if not isinstance(content, bytes):
        return check(_with_dates(content.to_pandas(ignore_metadata=True), schema, where), schema, where)
    if is_json(content):
        return check(_with_dates(read_json(content, where), schema, where), schema, where)
    every = schema.columns | schema.optional
    kinds = {name: kind for name, kind in every.items() if name in header(content, ",")}
    arrow = parse_csv(content, where, types={name: _arrow_type(kind) for name, kind in kinds.items()})
    return check(_to_pandas(arrow, kinds, where), schema, where)


def write_table(table: pd.DataFrame, target: str, form: Format) -> None:
    """Write a table to a path, replacing it atomically, or to ``-``."""
    write_bytes(target, to_bytes(table, form))


def format_of(target: str, option: str | None) -> Format:
    """Return the output format: the option, else the ending of the file, else CSV. Raises UsageError."""
    name = target.lower().removesuffix(PACKED)
    ending = name.rsplit(".", 1)[-1] if target != STDIO else ""
    if option is None and ending in OTHER_FORMATS:
        written = ", ".join(f".{form}" for form in FORMATS)
        text = f"{printable(target)}: .{ending} is not written; end it in {written}, or add --format"
        raise UsageError("FORMAT-UNKNOWN", text)
    form = option or (ending if ending in FORMATS else "csv")
    if form not in FORMATS:
        raise UsageError("FORMAT-UNKNOWN", f"no format {form!r}; known are {', '.join(FORMATS)}")
    return form  # type: ignore[return-value]


def to_bytes(table: pd.DataFrame, form: Format, formats: CellFormat | None = None) -> bytes:
    """Return a table as UTF-8 text with LF, or as Parquet.

    Missing and infinite values become empty cells or null, dates ISO 8601. ``formats`` are those of the whole
    table when this one is a piece of it.
    """
    if form == "parquet":
        buffer = io.BytesIO()
        write_parquet([to_arrow(table)], buffer)
        return buffer.getvalue()
    formats = formats or cell_format(table)
    if form == "csv":
        return b"".join(format_csv(table, formats))
    records = format_cells(table, formats).to_pylist()
    if form == "jsonl":
        return "".join(json.dumps(r, allow_nan=False) + "\n" for r in records).encode()
    return (json.dumps(records, allow_nan=False, indent=1) + "\n").encode()


def _with_dates(table: pd.DataFrame, schema: Schema, where: str) -> pd.DataFrame:
    """Return a table with its texts of dates parsed, as those in CSV are."""
    import pyarrow as pa

    kinds = schema.columns | schema.optional
    names = [
        name for name in table if kinds.get(name) is ColumnType.DATE and table[name].dtype.kind not in "fiuM"
    ]
    texts = {name: pa.chunked_array([pa.array(table[name], pa.string(), from_pandas=True)]) for name in names}
    return table.assign(**{name: _parse_dates(text, name, where) for name, text in texts.items()})


def _arrow_type(kind: ColumnType) -> pa.DataType:
    import pyarrow as pa

    return pa.float64() if kind in {ColumnType.NUMBER, ColumnType.COUNT, ColumnType.LABEL} else pa.string()


def _to_pandas(arrow: pa.Table, kinds: dict[str, ColumnType], where: str) -> pd.DataFrame:
    """Convert Arrow columns to pandas; dates are parsed, labels become nullable integers."""
    import pandas as pd  # here, because a help text needs `format_of` alone
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in arrow.column_names:
        kind = kinds.get(name)
        if kind is ColumnType.DATE:
            columns[name] = _parse_dates(arrow.column(name), name, where)
        elif kind is ColumnType.LABEL:
            labels = _to_integers(arrow.column(name), pa.int8(), name, where)
            columns[name] = labels.to_pandas(types_mapper={pa.int8(): pd.Int8Dtype()}.get)
        elif kind is ColumnType.COUNT:
            columns[name] = _to_integers(arrow.column(name), pa.int64(), name, where).to_pandas()
        elif pa.types.is_null(arrow.column(name).type):
            columns[name] = float("nan")  # a column of empty cells is numeric
        else:
            columns[name] = arrow.column(name).to_pandas()
    return pd.DataFrame(columns, index=range(arrow.num_rows))


def _to_integers(numbers: pa.ChunkedArray, kind: pa.DataType, name: str, where: str) -> pa.ChunkedArray:
    """Cast floats such as ``1.0``, which other tools write for integers, to integers. Raises DataError."""
    import pyarrow as pa

    try:
        return numbers.cast(kind)
    except pa.ArrowInvalid as error:
        value = float(str(error).split()[2])  # "Float value 1.500000 was truncated …"
        text = f"{where}: column {name}: {value:g} is not a whole number in the column's range"
        raise DataError("CSV-NUMBER", text) from error


def _parse_dates(texts: pa.ChunkedArray, name: str, where: str) -> pd.Series[Any]:
    """Return ISO 8601 texts as naive UTC ``datetime64[us]``, empty ones as NaT. Raises DataError."""
    import pyarrow as pa
    from pyarrow import compute

    bare = compute.utf8_rtrim(texts, "Z")
    empty = compute.equal(bare, "")
    try:
        dates = compute.if_else(empty, None, bare).cast(pa.timestamp("us"))
    except pa.ArrowInvalid as error:
        message = f"{where}: column {name}: {arrow_message(error)}; dates are 2024-01-02"
        raise DataError("CSV-DATE", message) from error
    return dates.to_pandas().astype("datetime64[us]")
