"""Rows with more columns than fit side by side: a line a field, a column a row of the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

Row = dict[str, str]
MARGIN = 2  # blanks between two columns
NARROWEST = 12  # characters of a cell before it is cut


def fits(rows: Sequence[Row], width: int) -> bool:
    """Return whether the columns stand side by side without a word being broken."""
    return sum(_widest_word(rows, name) + MARGIN for name in rows[0]) - MARGIN <= width if rows else True


def wide_text(rows: Sequence[Row], width: int) -> str:
    """Return the fields that all rows share, then the others in groups of rows that fit into ``width``.

    A cell that is longer than its column is cut, which `…` shows; no field is left out unless it is empty
    in every row.
    """
    shown = {name: [row[name] for row in rows] for name in rows[0]}
    shown = {name: cells for name, cells in shown.items() if any(cells)}
    shared = {name: cells for name, cells in shown.items() if len(rows) > 1 and len(set(cells)) == 1}
    own = {name: cells for name, cells in shown.items() if name not in shared}
    names = max(map(cell_len, shown), default=0)
    lines = [_line(name, names, cells[:1], width - names - MARGIN) for name, cells in shared.items()]
    for first, last, cell in _groups(own, len(rows), width - names):
        lines += [""] * bool(lines)
        lines += [_line(name, names, cells[first:last], cell) for name, cells in own.items()]
    return "\n".join(lines) + "\n"


def _groups(fields: dict[str, list[str]], rows: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Yield first and last row of each group, and the width of its cells."""
    longest = max((cell_len(cell) for cells in fields.values() for cell in cells), default=0)
    cell = min(max(longest, 1), max(width // 3 - MARGIN, NARROWEST)) if rows > 1 else width - MARGIN
    count = max(width // (cell + MARGIN), 1)
    yield from ((first, first + count, cell) for first in range(0, rows, count) if fields)


def _line(name: str, names: int, cells: Sequence[str], width: int) -> str:
    texts = (set_cell_size(_cut(cell, width), width) for cell in cells)
    return (" " * MARGIN).join([set_cell_size(name, names), *texts]).rstrip()


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _widest_word(rows: Sequence[Row], name: str) -> int:
    return max(
        cell_len(word) for text in [name, *(row[name] for row in rows)] for word in text.split() or [""]
    )
