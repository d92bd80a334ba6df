"""Bytes of text as a grid of text cells; lines of another width are kept beside it."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from signalcli.errors import DataError
from signalcli.io.csv import MISSING_VALUES, arrow_message, line_numbers, refuse_wide

_BOM = b"\xef\xbb\xbf"
HEAD = 40  # lines in which a header is looked for
_LONGEST = 2**20  # bytes of them


@dataclass
class Grid:
    """Text cells of a file.

    Parameters
    ----------
    cells : DataFrame of str
        Columns are numbered from 0; the index is the 1-based line of each row.
    odd : list of (int, str)
        Line and text of each line that has another number of cells.
    """

    cells: pd.DataFrame
    odd: list[tuple[int, str]] = field(default_factory=list)


def with_line_ends(content: bytes) -> bytes:
    """Return content whose lines end with LF where they end with CR alone."""
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def head_lines(content: bytes) -> list[str]:
    """Return the first lines of a file as text."""
    lines = content[:_LONGEST].removeprefix(_BOM).split(b"\n", HEAD)[:HEAD]
    return [line.rstrip(b"\r").decode("utf-8", "replace") for line in lines]


def parse_grid(content: bytes, where: str, delimiter: str, width: int, skipped: int) -> Grid:
    """Return the rows below the first ``skipped`` lines, every cell as text.

    Raises DataError for a file without rows, with too many columns, or that is no text.
    """
    import pyarrow as pa

    body = _below(content, skipped)
    refuse_wide(width, where)
    if not body.strip():
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    if not width:
        text = f"{where}: most lines are no CSV, because a carriage return stands inside of them"
        raise DataError("CSV-PARSE", f"{text}; save the file with one kind of line end")
    try:
        table, odd = _parse(body, delimiter, width, threads=True), list[tuple[int, str]]()
    except pa.ArrowInvalid:
        table, odd = _parse_with_odd_lines(body, where, delimiter, width, skipped)
    frame = table.to_pandas()
    frame.columns = pd.RangeIndex(width)
    return Grid(*_numbered(frame, odd, _row_lines(body), skipped))


def _row_lines(body: bytes) -> Sequence[int]:
    """Return the 1-based line of each row; a search for blank lines comes first, because it is fast."""
    blank = body[:1] in b"\r\n" or any(mark in body for mark in (b"\n\n", b"\n\r", b"\r\r"))
    return line_numbers(body) if blank else range(1, sys.maxsize)


def _below(content: bytes, skipped: int) -> bytes:
    bare = content.removeprefix(_BOM)
    body = bare.split(b"\n", skipped)[skipped] if bare.count(b"\n") >= skipped else b""
    return body if body.endswith(b"\n") or not body else body + b"\n"


def _parse_with_odd_lines(
    body: bytes, where: str, delimiter: str, width: int, skipped: int
) -> tuple[Any, list[tuple[int, str]]]:
    """Parse again on one thread, because only then Arrow numbers the lines of another width."""
    import pyarrow as pa

    refuse_other_encoding(body, where, skipped)
    odd: list[tuple[int, str]] = []

    def keep(row: Any) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    try:
        return _parse(body, delimiter, width, threads=False, handler=keep), odd
    except pa.ArrowInvalid as error:
        raise DataError("CSV-PARSE", f"{where}: {arrow_message(error)}") from error


def refuse_other_encoding(body: bytes, where: str, skipped: int = 0) -> None:
    """Raise DataError with the line of the first byte that is no UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1 + skipped
        text = f"{where}:{line}: text is not UTF-8; save the file as UTF-8"
        raise DataError("CSV-PARSE", text) from error


def _parse(body: bytes, delimiter: str, width: int, *, threads: bool, handler: Any = None) -> Any:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(i) for i in range(width)]
    return arrow_csv.read_csv(
        io.BytesIO(body),
        arrow_csv.ReadOptions(column_names=names, use_threads=threads),
        arrow_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=handler),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=MISSING_VALUES,
            strings_can_be_null=False,
        ),
    )


def _numbered(
    frame: pd.DataFrame, odd: list[tuple[int, str]], lines: Any, skipped: int
) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Return rows and odd lines under their line numbers in the file."""
    skip = {row for row, _ in odd}
    rows = range(len(frame) + len(odd))
    places = (
        [lines[i] + skipped for i in rows if i not in skip] if skip or not isinstance(lines, range) else None
    )
    frame.index = (
        pd.Index(places) if places is not None else pd.RangeIndex(skipped + 1, skipped + 1 + len(frame))
    )
    return frame, [(lines[row] + skipped, text) for row, text in odd]


def width_of(lines: list[str], delimiter: str) -> int:
    """Return the number of cells that most lines have."""
    counts = Counter(len(cells_of(line, delimiter)) for line in lines if line.strip())
    return counts.most_common(1)[0][0] if counts else 0


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; none if it is no CSV."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
