"""Headers of several rows: names of fields in one, symbols in another, the name of the date in a third."""

from __future__ import annotations

from collections.abc import Sequence

from signalcli.data.sources.csv.header.fields import NUMBERS, Fields, field_of, match_fields
from signalcli.data.sources.csv.header.header import Header
from signalcli.data.sources.csv.header.names import normalize
from signalcli.data.sources.csv.header.side_by_side import group_columns
from signalcli.io.csv import MISSING_VALUES

Rows = Sequence[Sequence[str]]


def stacked_header(rows: Rows, at: int, delimiter: str) -> Header | None:
    """Return the header whose fields are named in ``rows[at]`` and its symbols above or below; else None."""
    names = rows[at]
    below = rows[at + 1] if at + 1 < len(rows) else ()
    above = rows[at - 1] if at else ()
    for symbols, first, last in ((below, at, at + 1), (above, at - 1, at)):
        groups = _groups(names, symbols)
        if groups:
            return _with_date_row(Header(tuple(names), {}, groups, first, last - first + 1, delimiter), rows)
    index = _index_name(names, below)
    return Header(_named(names, below), {}, {}, at, 2, delimiter) if index else None


def _groups(names: Sequence[str], symbols: Sequence[str]) -> dict[str, Fields]:
    """Return the columns of each symbol, or nothing when the row is none of symbols."""
    fields = [i for i, name in enumerate(names) if any(field_of(name, f) is not None for f in NUMBERS) and i]
    if not fields or len(symbols) != len(names) or any(c.isdigit() for c in symbols[0]):
        return {}
    several = len({normalize(names[i]) for i in fields}) < len(fields)
    filled = _filled(symbols) if several else [cell.strip() for cell in symbols]
    if any(_is_number(filled[i]) or filled[i] in MISSING_VALUES or not _is_word(filled[i]) for i in fields):
        return {}
    groups = group_columns([name if i in fields else "" for i, name in enumerate(names)], filled)
    return groups if set(groups) == {filled[i] for i in fields} else {}


def _filled(cells: Sequence[str]) -> list[str]:
    """Return cells in which an empty one repeats its left neighbor, as merged cells are written."""
    filled, last = [""], ""
    for cell in cells[1:]:
        last = cell.strip() or last
        filled.append(last)
    return filled


def _with_date_row(header: Header, rows: Rows) -> Header:
    """Return the header with the row below that names the date only, the name of an index in pandas."""
    at = header.line + header.rows
    cells = rows[at] if at < len(rows) else ()
    if not _index_name(header.names, cells):
        return header
    names = _named(header.names, cells)
    return Header(names, {}, header.symbols, header.line, header.rows + 1, header.delimiter)


def _index_name(names: Sequence[str], cells: Sequence[str]) -> bool:
    """Return whether a row holds the names of an index only: the cell of every price is empty."""
    prices = set(match_fields(names).values()) - {0}
    texts = [cell.strip() for cell in cells]
    is_word = bool(texts) and bool(texts[0]) and not any(c.isdigit() for c in texts[0])
    return is_word and bool(prices) and not any(texts[1:])


def _named(names: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    return (cells[0], *names[1:])


def _is_word(text: str) -> bool:
    """Return whether a text has a letter or a digit; the rule below a header has none."""
    return any(c.isalnum() for c in text)


def _is_number(text: str) -> bool:
    return bool(text.strip("$€£¥ -+.,0123456789eE%KMB") == "") and any(c.isdigit() for c in text)
