"""Find the header among the first lines of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from signalcli.data.sources.csv.header.aligned import aligned
from signalcli.data.sources.csv.header.fields import has_prices, match_fields
from signalcli.data.sources.csv.header.header import Header, trimmed
from signalcli.data.sources.csv.header.side_by_side import split_names
from signalcli.data.sources.csv.header.stacked import stacked_header
from signalcli.io.csv import split_cells

DELIMITERS = ",;\t|"
_BELOW = 8  # lines that show which columns have no name
_QUOTED = re.compile(r'"[^"]*"|\([^()]*\)')


def delimiter_of(line: str) -> str:
    """Return the delimiter that occurs most often in a header, outside of quotes and parentheses."""
    bare = _QUOTED.sub("", line) if '"' in line or "(" in line else line
    return max(DELIMITERS, key=bare.count)


def find_header(lines: Sequence[str]) -> Header | None:
    """Return the header of a file from its first lines: the first line that names all four prices."""
    for at, line in enumerate(lines):
        delimiter = delimiter_of(line)
        if line.count(delimiter) < 3 and at:
            continue
        rows = [split_cells(text, delimiter) for text in lines[max(at - 1, 0) : at + _BELOW]]
        top = min(at, 1)
        rows[top] = aligned(rows[top], rows[top + 1 :])
        header = header_at(rows[: top + 4], top, delimiter)
        if header is not None:
            return replace(header, line=header.line + max(at - 1, 0))
    return None


def header_at(rows: Sequence[Sequence[str]], at: int, delimiter: str = ",") -> Header | None:
    """Return the header whose fields are named in ``rows[at]``, or None when it names too few."""
    names = trimmed(rows[at])
    fields = match_fields(names)
    if has_prices(fields):
        stacked = stacked_header([_cut(row, len(names)) for row in rows], at, delimiter)
        return _with_shared_fields(stacked) if stacked else Header(names, fields, {}, at, 1, delimiter)
    groups = split_names(names)
    return _with_shared_fields(Header(names, {}, groups, at, 1, delimiter)) if groups else None


def _cut(row: Sequence[str], width: int) -> Sequence[str]:
    """Return the cells of a row up to a width, if none beyond it is filled."""
    return row[:width] if not any(cell.strip() for cell in row[width:]) else row


def _with_shared_fields(header: Header) -> Header:
    """Return the header with the fields that all symbols share; the date is the first column by default."""
    taken = {i for own in header.symbols.values() for i in own.values()}
    names = ["\0" if i in taken else name for i, name in enumerate(header.names)]
    fields = match_fields(names)
    if header.symbols:
        own = {field for columns in header.symbols.values() for field in columns}
        fields = {field: i for field, i in fields.items() if field not in own}
    default = {"date": 0} if 0 not in taken | set(fields.values()) else {}
    return replace(header, fields=default | fields)


def best_line(lines: Sequence[str]) -> int:
    """Return the line that names the most fields: the header that a message speaks of."""
    counts = [len(match_fields(trimmed(split_cells(line, delimiter_of(line))))) for line in lines]
    return counts.index(max(counts)) if counts else 0
