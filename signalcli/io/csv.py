"""Parse CSV through Arrow; an error names the line."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from signalcli.errors import DataError, printable
from signalcli.io.containers.plain import plain_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

MOST_COLUMNS = 10_000  # of a table: each costs work of its own, however few its rows
MISSING_VALUES = ["", "NaN", "nan", "NA", "N/A", "n/a", "null", "None", "-"]
_BOM = b"\xef\xbb\xbf"


def first_line(content: bytes) -> str:
    """Return the first line that is not blank, without byte-order mark and line end."""
    return re.split(rb"[\r\n]", _from_header(content), maxsplit=1)[0].decode("utf-8", "replace")


def header(content: bytes, delimiter: str) -> list[str]:
    """Return the column names of the first line, without quotes."""
    return split_cells(first_line(content), delimiter)


def split_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line without quotes and surrounding spaces; none if the line is not CSV."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def line_numbers(content: bytes) -> Sequence[int]:
    """Return the 1-based line number of each row, the header included; Arrow skips blank lines."""
    if not re.search(rb"^[\r\n]|\n\r?\n|\r\r", content.removeprefix(_BOM)):
        return range(1, sys.maxsize)
    return [i for i, line in enumerate(content.removeprefix(_BOM).splitlines(), start=1) if line]


def _from_header(content: bytes) -> bytes:
    """Return the content from its header on; Arrow needs a line end even after a lone header."""
    bare = content.removeprefix(_BOM).lstrip(b"\r\n")
    return bare if b"\n" in bare else bare + b"\n"


def refuse_wide(width: int, where: str) -> None:
    """Raise DataError for more columns than a table may have."""
    if width > MOST_COLUMNS:
        text = f"{where}:1: {width:,} columns; a table has at most {MOST_COLUMNS:,}"
        raise DataError("CSV-WIDE", f"{text}; leave out those that no model reads")


def parse_csv(content: bytes, where: str, types: dict[str, pa.DataType], delimiter: str = ",") -> pa.Table:
    """Return the rows of CSV bytes as an Arrow table.

    Columns missing in ``types`` get the narrowest plain type that fits: integer, float, truth value, date, or
    text. Raises DataError with the line for a short or long row and for a cell of the wrong type.
    """
    import pyarrow as pa

    names = header(content, delimiter)
    if not content.strip():
        raise DataError("CSV-EMPTY", f"{where}: empty; expected CSV with a header line")
    refuse_wide(len(names), where)
    if len(set(names)) < len(names):
        repeated = printable(", ".join(sorted(n for n, count in Counter(names).items() if count > 1)))
        raise DataError("CSV-HEADER", f"{where}:1: column {repeated} appears twice; rename one")
    try:
        table = _parse_arrow(content, names, types, delimiter, threads=True)
    except pa.ArrowInvalid:
        table = _parse_with_line(content, where, names, types, delimiter)
    columns = {n: c if n in types else plain_column(c) for n, c in zip(names, table.columns, strict=True)}
    for name in (name for name, column in columns.items() if column is None):
        raise DataError(
            "CSV-PARSE", f"{where}: column {printable(name)}: text is not UTF-8; save the file as UTF-8"
        )
    return pa.table(columns)


def _parse_with_line(content: bytes, where: str, *arguments: Any) -> pa.Table:
    """Parse again on one thread, because only then Arrow reports the row of an error."""
    import pyarrow as pa

    try:
        return _parse_arrow(content, *arguments, threads=False)
    except pa.ArrowInvalid as error:
        row = re.search(r"Row #(\d+)", str(error))
        place = f"{where}:{line_numbers(content)[int(row[1]) - 1]}" if row else where
        raise DataError("CSV-PARSE", f"{place}: {arrow_message(error)}") from error


def _parse_arrow(
    content: bytes, names: list[str], types: dict[str, pa.DataType], delimiter: str, *, threads: bool
) -> pa.Table:
    from pyarrow import csv as arrow_csv

    return arrow_csv.read_csv(
        io.BytesIO(_from_header(content)),
        arrow_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=threads),
        arrow_csv.ParseOptions(delimiter=delimiter),
        arrow_csv.ConvertOptions(column_types=types, null_values=MISSING_VALUES, strings_can_be_null=False),
    )


def arrow_message(error: Exception) -> str:
    """Return the first line of an Arrow error in plain words, without Arrow's own place and type."""
    text = re.sub(r"(In CSV column #\d+: |Row #\d+: )", "", str(error).splitlines()[0])
    text = re.sub(r"CSV conversion error to \w+: invalid value (.*)", r"\1 is not a number", text)
    text = re.sub(r".*invalid UTF8 data", "text is not UTF-8; save the file as UTF-8", text)
    return printable(text.replace("CSV parse error: Expected", "expected"))
