"""Recognize the layout of a text file: where its header is, what its columns are, which lines are bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from signalcli.data.sources.csv.grid.delimiter import guess_delimiter
from signalcli.data.sources.csv.grid.grid import (
    Grid,
    head_lines,
    parse_grid,
    refuse_other_encoding,
    width_of,
    with_line_ends,
)
from signalcli.data.sources.csv.grid.quotes import with_double_quotes
from signalcli.data.sources.csv.grid.separators import with_quoted_dates, with_tabs
from signalcli.data.sources.csv.header.by_values import date_columns, guess_order, is_bar, recognize_columns
from signalcli.data.sources.csv.header.date_parts import join_bare_clock, join_bare_parts, join_named_parts
from signalcli.data.sources.csv.header.fields import Fields, match_fields
from signalcli.data.sources.csv.header.find import best_line, delimiter_of, find_header, header_at
from signalcli.data.sources.csv.header.header import Header, trimmed
from signalcli.data.sources.csv.header.hinted import (
    hinted_fields,
    names_columns,
    refuse_bare,
    refuse_missing,
)
from signalcli.data.sources.csv.header.other_tables import name_bare_table
from signalcli.data.sources.csv.header.settled import settled
from signalcli.data.sources.csv.hints import Hints
from signalcli.errors import DataError
from signalcli.io.csv import MOST_COLUMNS, refuse_wide, split_cells

_FEW = 200  # rows that show what columns are


class Layout(NamedTuple):
    """Text cells of the rows below a header, and what their columns are."""

    grid: Grid
    header: Header


def recognize(content: bytes, where: str, hints: Hints) -> Layout:
    """Return the layout of the bytes of a text file. Raises DataError.

    Rare separators, and blanks, are tried where no column is found between common ones.
    """
    if not content.strip():
        raise DataError("CSV-EMPTY", f"{where}: empty; expected CSV with a header line")
    content = with_quoted_dates(with_double_quotes(with_line_ends(content)))
    try:
        return _recognize(content, where, hints)
    except DataError as error:
        return _with_rare_separator(content, where, hints, error)


def _with_rare_separator(content: bytes, where: str, hints: Hints, error: DataError) -> Layout:
    """Return the layout of text with another separator. Raises the error of the most certain one."""
    errors = []
    texts = list(with_tabs(content)) if error.code == "BARS-COLUMNS" else []
    for text in sorted(texts, key=lambda text: find_header(head_lines(text)) is None):
        try:
            return _recognize(text, where, hints)
        except DataError as other:
            errors.append(other)
    raise errors[0] if errors else error


def _recognize(content: bytes, where: str, hints: Hints) -> Layout:
    lines = head_lines(content)
    refuse_wide(max(_width(line) for line in lines), where)  # before the names of all columns are looked up
    header = None if hints.no_header else _hinted_header(lines, hints, where) or find_header(lines)
    if header is None:
        return _without_header(content, lines, where, hints)
    layout = _parse(content, lines, where, header)
    return layout if "date" in layout.header.fields else _with_date(layout, where)


def _width(line: str) -> int:
    """Return the number of cells of a line, or of a short one as many as it may have at most."""
    delimiter = delimiter_of(line)
    most = line.count(delimiter) + 1
    return most if most <= MOST_COLUMNS else len(split_cells(line, delimiter))


def layout_of_cells(grid: Grid, names: Sequence[str] | None, where: str, hints: Hints) -> Layout:
    """Return the layout of a table of text cells, with the names of its columns or without any."""
    if names is not None:
        header = _named_header(names, where, hints)
        if header is None:
            refuse_missing(names, match_fields(names), recognize_columns(grid.cells, ","), f"{where}:1")
        layout = Layout(
            *join_named_parts(grid, settled(header or Header(tuple(names), match_fields(names)), grid))
        )
        return layout if "date" in layout.header.fields else _with_date(layout, where)
    fields = (recognize_columns(grid.cells, ",") or {}) | hinted_fields(
        [""] * grid.cells.shape[1], hints.columns, where
    )
    refuse_missing([f"column {i + 1}" for i in range(grid.cells.shape[1])], fields, None, where)
    return Layout(grid, Header(("",) * grid.cells.shape[1], fields, {}, -1, 0, ","))


def layout_of_names(names: Sequence[str], where: str, hints: Hints) -> Header:
    """Return the header of a table whose columns have names and types. Raises DataError."""
    header = _named_header(names, where, hints)
    fields = header.fields | next(iter(header.symbols.values()), {}) if header else match_fields(names)
    refuse_missing(names, fields, None, f"{where}:1")
    return header or Header(tuple(names), fields)


def _named_header(names: Sequence[str], where: str, hints: Hints) -> Header | None:
    found = header_at([names], 0)
    if not hints.columns:
        return found
    return _hinted(found or Header(tuple(names), match_fields(names)), hints, where)


def _hinted_header(lines: Sequence[str], hints: Hints, where: str) -> Header | None:
    """Return the first line that has all columns named by the user as the header."""
    if not hints.columns:
        return None
    for at, line in enumerate(lines):
        names = trimmed(split_cells(line, delimiter_of(line)))
        if names_columns(names, hints.columns):
            return _hinted(Header(names, {}, {}, at, 1, delimiter_of(line)), hints, where)
    found = find_header(lines)
    at = found.line if found else best_line(lines)
    names = trimmed(split_cells(lines[at], delimiter_of(lines[at])))
    if not found and not match_fields(names) and all(c.isdigit() for c in hints.columns.values()):
        return None  # positions in a file without a header
    return _hinted(found or Header(names, {}, {}, at, 1, delimiter_of(lines[at])), hints, where)


def _hinted(header: Header, hints: Hints, where: str) -> Header:
    """Return the header with the columns that the user names, and the others where they are recognized."""
    own = hinted_fields(header.names, hints.columns, where)
    known = {f: i for f, i in match_fields(header.names).items() if i not in own.values()}
    fields = header.fields | known | own
    symbols = {} if set(own) - {"date", "time"} else header.symbols
    if not symbols:
        refuse_missing(header.names, {"date": -1} | fields, None, f"{where}:{header.line + 1}")
    return replace(header, fields=fields, symbols=symbols)


def _parse(content: bytes, lines: Sequence[str], where: str, header: Header) -> Layout:
    names = _padded(header, lines)
    grid = parse_grid(content, where, header.delimiter, len(names), header.line + header.rows)
    return Layout(*join_named_parts(grid, settled(replace(header, names=names), grid)))


def _padded(header: Header, lines: Sequence[str]) -> tuple[str, ...]:
    """Return the names with empty ones for cells that rows have more than the header, if those are empty."""
    below = (line for line in lines[header.line + header.rows :] if any(c.isalnum() for c in line))
    cells = split_cells(next(below, ""), header.delimiter)
    width = len(header.names)
    fits = len(cells) > width and not any(cell for cell in cells[width:])
    raw = len(split_cells(lines[header.line], header.delimiter))  # with the empty names that were cut off
    target = len(cells) if fits else raw if raw == len(cells) else width
    return header.names + ("",) * (target - width)


def _with_date(layout: Layout, where: str) -> Layout:
    """Return the layout with the only column of dates as date. Raises DataError for none, or several."""
    header = layout.header
    dates = [i for i in date_columns(layout.grid.cells.head(_FEW)) if i not in header.fields.values()]
    if len(dates) == 1:
        return Layout(layout.grid, replace(header, fields=header.fields | {"date": dates[0]}))
    guess = header.fields | {"date": dates[0]} if dates else None
    refuse_missing(header.names, header.fields, guess, f"{where}:{header.line + 1}")
    return layout


def _without_header(content: bytes, lines: Sequence[str], where: str, hints: Hints) -> Layout:
    """Return the layout of a file whose first line is a bar; columns are recognized by their values."""
    refuse_other_encoding(content, where)
    delimiter = guess_delimiter(lines)
    if delimiter is None and not hints.no_header:
        _refuse(lines, where, None)
    delimiter = delimiter or delimiter_of(lines[0])
    grid = parse_grid(content, where, delimiter, width_of(list(lines), delimiter), 0)
    grid, header, guess = _recognized(grid, delimiter)
    fields = (guess or {}) | hinted_fields(header.names, hints.columns, where)
    if not hints.no_header and not hints.columns and (guess is None or not is_bar(grid.cells.iloc[0], guess)):
        _refuse(lines, where, grid)
    refuse_missing([f"column {i + 1}" for i in range(len(header.names))], fields, None, where)
    return Layout(grid, replace(header, fields=fields))


def _recognized(grid: Grid, delimiter: str) -> tuple[Grid, Header, Fields | None]:
    """Return a table without a header, with parts of dates in one column, and what its columns are."""
    bare = Header(("",) * len(grid.cells.columns), {}, {}, -1, 0, delimiter)
    fields = recognize_columns(grid.cells, delimiter)
    if fields is None:
        grid, bare, date = join_bare_parts(grid, bare)
        return grid, bare, recognize_columns(grid.cells, delimiter) if date else None
    if "time" not in fields:
        grid, bare = join_bare_clock(grid, bare, fields["date"])
        fields |= {"date": bare.fields.get("date", fields["date"])}
    return grid, bare, fields


def _refuse(lines: Sequence[str], where: str, grid: Grid | None) -> None:
    """Raise DataError that names the columns which are missing, and the flag to name them."""
    at = best_line(lines)
    names = trimmed(split_cells(lines[at], delimiter_of(lines[at])))
    place = f"{where}:{at + 1}"
    if not match_fields(names) and (bare := name_bare_table(names)):
        raise DataError("BARS-COLUMNS", f"{place}: {bare}; add a header line")
    if grid is None:
        refuse_missing(names, match_fields(names), None, place)
        return
    below = grid.cells[grid.cells.index > at + 1]
    if is_bar(names, guess := guess_order(grid.cells.head(_FEW))):
        refuse_bare(guess, place)
    refuse_missing(names, match_fields(names), recognize_columns(below, ","), place)
