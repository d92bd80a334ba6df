"""The first and last rows and columns of a table that is too large for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from signalcli.errors import count, printable, shortened
from signalcli.report.text.tables import format_value, plain_table, string_console

MOST_ROWS = 40  # that are shown in full
EDGE = 5  # rows shown at either end of a longer table
MARGIN = 2  # blanks between two columns
GAP = "…"


def preview_text(table: pd.DataFrame, *, color: bool) -> str:
    """Rows as a table; a terminal gets the first and last rows and columns, the rest is named and counted.

    Numbers with four digits. A file (``color`` false) gets every row and column.
    """
    stream, console = string_console(color=color)
    rows = table if not color or len(table) <= MOST_ROWS else pd.concat([table.head(EDGE), table.tail(EDGE)])
    cells = {str(name): [format_value(value) for value in rows[name]] for name in rows.columns}
    shown = _columns_that_fit(cells, console.width)
    console.print(_table(cells, shown, EDGE if len(rows) < len(table) else None))
    for line in _left_out(len(table) - len(rows), [name for name in cells if name not in shown]):
        console.print(Text(line, "dim"))
    return stream.getvalue()


def _columns_that_fit(cells: dict[str, list[str]], width: int) -> list[str]:
    """Names from both ends of the table whose columns stand side by side in ``width`` characters."""
    names = list(cells)
    widths = {name: max(map(cell_len, [printable(name), *texts])) for name, texts in cells.items()}
    if sum(widths.values()) + MARGIN * (len(names) - 1) <= width:
        return names
    left, chosen = width - len(GAP), set[str]()
    for name in _from_both_ends(names):
        left -= widths[name] + MARGIN
        if left < 0 and chosen:
            break
        chosen.add(name)
    return [name for name in names if name in chosen]


def _from_both_ends(names: list[str]) -> Iterator[str]:
    """The first name, the second, the last, the third, the last but one, …: the key stands at the start."""
    start, end = names[:2], names[2:]
    yield from start
    while end:
        yield end.pop()
        if end:
            yield end.pop(0)


def _table(cells: dict[str, list[str]], shown: list[str], gap_after: int | None) -> Table:
    table = plain_table()
    columns = [*_with_gap(list(cells), shown)]
    for name in columns:
        table.add_column(Text(printable(name)), no_wrap=True, overflow="ellipsis")
    for row in range(len(next(iter(cells.values()), []))):
        if row == gap_after:
            table.add_row(*(GAP for _ in columns))
        table.add_row(*(Text(cells[name][row] if name in cells else GAP) for name in columns))
    return table


def _with_gap(names: list[str], shown: list[str]) -> Iterator[str]:
    """The names that are shown, with one `GAP` where others are left out."""
    left_out = False
    for name in names:
        if name in shown:
            yield name
        elif not left_out:
            left_out = True
            yield GAP


def _left_out(rows: int, columns: list[str]) -> Iterator[str]:
    if columns:
        yield f"{count(len(columns), 'further column')}: {shortened(columns, 3)}"
    if rows:
        yield f"{count(rows, 'further row')} between them"
    if rows or columns:
        yield "--format csv prints everything, --output FILE writes it"
