"""Tables to and from text: CSV through Arrow with shortest round-trip floats, JSON, Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, get_args

from signalcli.errors import DataError, UsageError, printable
from signalcli.io.files import STDIO, named, read_bytes, write_bytes
from signalcli.io.formatting import Look, csv_text, date_texts, fineness, look_of, printed
from signalcli.schemas import ColumnType, Schema, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    import pyarrow as pa

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMATS: tuple[str, ...] = get_args(Format)

UNKNOWN = ["", "NaN", "nan", "NA", "N/A", "n/a", "null", "None", "-"]
PARQUET_MAGIC = b"PAR1"
GROUP = 2**16  # rows of a group in Parquet
_BOM = b"\xef\xbb\xbf"


def read_table(source: str, contract: Schema) -> pd.DataFrame:
    """Read one of our own tables (CSV or Parquet) from a path or ``-`` and check it.

    Raises NoInputError when it cannot be opened and DataError, with the line, when it breaks the contract.
    """
    content = read_bytes(source)
    where = named(source)
    if content.startswith(PARQUET_MAGIC):
        return check(from_parquet(content, where), contract, where)
    kinds = {name: kind for name, kind in contract.columns.items() if name in header(content, ",")}
    arrow = parse_csv(content, where, types={name: _arrow_type(kind) for name, kind in kinds.items()})
    return check(_to_pandas(arrow, kinds, where), contract, where)


def write_table(table: pd.DataFrame, target: str, form: Format) -> None:
    """Write a table to a path (atomically) or to ``-``."""
    write_bytes(target, to_bytes(table, form))


def format_of(target: str, asked: str | None) -> Format:
    """Format to write: the one asked for, else the one the file's name ends with, else CSV."""
    ending = target.rsplit(".", 1)[-1].lower() if target != STDIO else ""
    chosen = asked or (ending if ending in FORMATS else "csv")
    if chosen not in FORMATS:
        raise UsageError("FORMAT-UNKNOWN", f"no format {chosen!r}; known are {', '.join(FORMATS)}")
    return chosen  # type: ignore[return-value]


def to_bytes(table: pd.DataFrame, form: Format, look: Look | None = None) -> bytes:
    """Text (UTF-8, LF) or Parquet bytes of a table; unknown cells are empty, dates ISO 8601.

    Infinity is a number nobody can use, so it is written as what it is: unknown. ``look`` is that of the
    larger table of which this one is a piece.
    """
    if form == "parquet":
        buffer = io.BytesIO()
        write_parquet([parquet_table(table)], buffer)
        return buffer.getvalue()
    look = look or look_of(table)
    if form == "csv":
        return csv_text(table, look).to_pybytes()
    records = printed(table, look).to_pylist()
    if form == "jsonl":
        return "".join(json.dumps(r, allow_nan=False) + "\n" for r in records).encode()
    return (json.dumps(records, allow_nan=False, indent=1) + "\n").encode()


def first_line(content: bytes) -> str:
    """Text of the first line that is not blank, without its end and without byte-order mark."""
    return re.split(rb"[\r\n]", _bare(content), maxsplit=1)[0].decode("utf-8", "replace")


def header(content: bytes, delimiter: str) -> list[str]:
    """Column names on the first line, without quotes and byte-order mark."""
    return cells_of(first_line(content), delimiter)


def cells_of(line: str, delimiter: str) -> list[str]:
    """Texts between the delimiters, without quotes; none in a line that cannot be CSV."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def line_numbers(content: bytes) -> Sequence[int]:
    """Line of each row, the header included, counted from 1: Arrow leaves out blank lines without a word."""
    if not re.search(rb"^[\r\n]|\n\r?\n|\r\r", content.removeprefix(_BOM)):
        return range(1, sys.maxsize)
    return [i for i, line in enumerate(content.removeprefix(_BOM).splitlines(), start=1) if line]


def _bare(content: bytes) -> bytes:
    """Content from its header on; a header alone is given the line end that Arrow insists on."""
    bare = content.removeprefix(_BOM).lstrip(b"\r\n")
    return bare if b"\n" in bare else bare + b"\n"


def parse_csv(content: bytes, where: str, types: dict[str, pa.DataType], delimiter: str = ",") -> pa.Table:
    """Parse CSV bytes; a short or long row, or a cell of the wrong type, is a DataError with its line.

    Columns without a type in ``types`` get the narrowest that fits: integer, float, or text.
    """
    import pyarrow as pa

    names = header(content, delimiter)
    if not content.strip():
        raise DataError("CSV-EMPTY", f"{where}: empty; expected CSV with a header line")
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise DataError(
            "CSV-HEADER", f"{where}:1: column {printable(', '.join(twice))} stands twice; rename one"
        )
    try:
        return _arrow_csv(content, names, types, delimiter, threads=True)
    except pa.ArrowInvalid:
        return _parse_with_line(content, where, names, types, delimiter)


def _parse_with_line(content: bytes, where: str, *how: Any) -> pa.Table:
    """Second, serial parse of content that failed: only then does Arrow know the row."""
    import pyarrow as pa

    try:
        return _arrow_csv(content, *how, threads=False)
    except pa.ArrowInvalid as error:
        row = re.search(r"Row #(\d+)", str(error))
        place = f"{where}:{line_numbers(content)[int(row[1]) - 1]}" if row else where
        raise DataError("CSV-PARSE", f"{place}: {_plain(error)}") from error


def _arrow_csv(
    content: bytes, names: list[str], types: dict[str, pa.DataType], delimiter: str, *, threads: bool
) -> pa.Table:
    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(
        io.BytesIO(_bare(content)),
        arrow_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=threads),
        arrow_csv.ParseOptions(delimiter=delimiter),
        arrow_csv.ConvertOptions(column_types=types, null_values=UNKNOWN, strings_can_be_null=False),
    )


def _plain(error: Exception) -> str:
    """Arrow's sentence without its own words for place and type."""
    sentence = re.sub(r"(In CSV column #\d+: |Row #\d+: )", "", str(error).splitlines()[0])
    sentence = re.sub(r"CSV conversion error to \w+: invalid value (.*)", r"\1 is not a number", sentence)
    sentence = re.sub(r".*invalid UTF8 data", "text is not UTF-8; save the file as UTF-8", sentence)
    return printable(sentence.replace("CSV parse error: Expected", "expected"))


def _arrow_type(kind: ColumnType) -> pa.DataType:
    import pyarrow as pa

    return pa.float64() if kind in {ColumnType.NUMBER, ColumnType.COUNT, ColumnType.LABEL} else pa.string()


def _to_pandas(arrow: pa.Table, kinds: dict[str, ColumnType], where: str) -> pd.DataFrame:
    """Arrow to pandas, with text dates parsed and labels nullable."""
    import pandas as pd
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in arrow.column_names:
        kind = kinds.get(name)
        if kind is ColumnType.DATE:
            columns[name] = parse_iso(arrow.column(name), name, where)
        elif kind is ColumnType.LABEL:
            labels = _whole(arrow.column(name), pa.int8(), name, where)
            columns[name] = labels.to_pandas(types_mapper={pa.int8(): pd.Int8Dtype()}.get)
        elif kind is ColumnType.COUNT:
            columns[name] = _whole(arrow.column(name), pa.int64(), name, where).to_pandas()
        elif pa.types.is_null(arrow.column(name).type):
            columns[name] = float("nan")  # a column of empty cells is a number nobody knows
        else:
            columns[name] = arrow.column(name).to_pandas()
    return pd.DataFrame(columns, index=range(arrow.num_rows))


def _whole(numbers: pa.ChunkedArray, kind: pa.DataType, name: str, where: str) -> pa.ChunkedArray:
    """Whole numbers that other tools wrote as ``1.0``, because a column of theirs has empty cells."""
    import pyarrow as pa

    try:
        return numbers.cast(kind)
    except pa.ArrowInvalid as error:
        value = float(str(error).split()[2])  # "Float value 1.500000 was truncated …"
        text = f"{where}: column {name}: {value:g} is not a whole number that it can have"
        raise DataError("CSV-NUMBER", text) from error


def parse_iso(texts: pa.ChunkedArray, name: str, where: str) -> pd.Series[Any]:
    """ISO 8601 dates as naive UTC ``datetime64[us]``; an empty cell is NaT, other text a DataError."""
    import pyarrow as pa
    from pyarrow import compute

    bare = compute.utf8_rtrim(texts, "Z")
    empty = compute.equal(bare, "")
    try:
        stamps = compute.if_else(empty, None, bare).cast(pa.timestamp("us"))
    except pa.ArrowInvalid as error:
        raise DataError(
            "CSV-DATE", f"{where}: column {name}: {_plain(error)}; dates are 2024-01-02"
        ) from error
    return stamps.to_pandas().astype("datetime64[us]")


def format_dates(series: pd.Series[Any]) -> list[str | None]:
    """Text of naive UTC stamps: ``2024-01-02`` when all are midnight, else ``2024-01-02T14:30:00Z``."""
    texts: list[str | None] = date_texts(series, fineness(series.to_numpy("datetime64[us]"))).to_pylist()
    return texts


def _without_infinity(table: pd.DataFrame) -> pd.DataFrame:
    import numpy as np

    floats = table.columns[[dtype.kind == "f" for dtype in table.dtypes]]
    endless = {name: np.isinf(table[name]) for name in floats}
    return table.assign(**{name: table[name].mask(where) for name, where in endless.items() if where.any()})


def parquet_table(table: pd.DataFrame) -> pa.Table:
    """A table as it is written to Parquet."""
    import pyarrow as pa

    return pa.Table.from_pandas(_without_infinity(table), preserve_index=False)


def write_parquet(pieces: Iterable[pa.Table], out: BinaryIO) -> None:
    """Write pieces of a table in groups of `GROUP` rows: the same bytes, however it was cut."""
    import pyarrow as pa
    from pyarrow import parquet

    rest, writer = None, None
    for piece in pieces:
        rest = piece if rest is None else pa.concat_tables([rest, piece])
        writer = writer or parquet.ParquetWriter(_Sink(out), piece.schema)
        while len(rest) >= GROUP:
            writer.write_table(rest.slice(0, GROUP).combine_chunks(), GROUP)
            rest = rest.slice(GROUP)
    if writer is not None and rest is not None:
        if len(rest):
            writer.write_table(rest.combine_chunks(), GROUP)
        writer.close()


class _Sink(io.RawIOBase):
    """A handle that knows how much went into it, which a pipe does not, and that Arrow may close."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._written = out, 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, content: Any) -> int:
        self._written += len(content)
        return self._out.write(content)


def from_parquet(content: bytes, where: str) -> pd.DataFrame:
    """Columns of a Parquet file, whoever wrote it; an index somebody saved is a column like any other."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(io.BytesIO(content)).to_pandas(ignore_metadata=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError("PARQUET-READ", f"{where}: {_plain(error)}") from error
