"""Tables in a terminal."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable
from signalcli.report.text.wide import fits, wide_text

_FILE_WIDTH = 10_000  # characters a line of a file may have, so that no column is cut off


def listing_text(rows: list[dict[str, Any]], *, color: bool) -> str:
    """Rows as a table; numbers with four digits, integers in full, empty cells for missing values.

    With more columns than the terminal is wide, a line a field and a column a row (`wide_text`).
    """
    stream, console = string_console(color=color)
    texts = [{printable(name): format_value(value) for name, value in row.items()} for row in rows]
    if not fits(texts, console.width):
        return wide_text(texts, console.width)
    table = plain_table()
    for name in texts[0] if texts else []:
        table.add_column(Text(name), overflow="fold")
    for row in texts:
        table.add_row(*map(Text, row.values()))
    console.print(table)
    return stream.getvalue()


def bar(share: float, width: int = 40) -> str:
    """A bar of ``share`` × ``width`` characters in steps of an eighth; any share above 0 is visible."""
    eighths = max(round(8 * width * share), int(share > 0))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def join_to_width(parts: Iterable[str], width: int) -> str:
    """Parts of a legend on as few lines of ``width`` characters as hold them."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}  {part}" if lines[-1] else part
        lines[-1:] = [joined] if not lines[-1] or cell_len(joined) <= width else [lines[-1], part]
    return "\n".join(lines)


def string_console(*, color: bool) -> tuple[io.StringIO, Console]:
    """A stream and a console that writes into it; with ``color`` as wide as the terminal."""
    stream = io.StringIO()
    return stream, Console(file=stream, force_terminal=color, width=None if color else _FILE_WIDTH)


def line_width(*, color: bool) -> int:
    """Characters of a line: those of the terminal, with ``color``, or as many as a file may have."""
    return string_console(color=color)[1].width


def plain_table() -> Table:
    """An empty table without lines."""
    return Table(box=None, header_style="bold", pad_edge=False)


def format_number(value: float, digits: int = 4) -> str:
    """A number to ``digits`` significant digits, integers in full; "" for NaN."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.{digits}g}"


def format_value(value: Any) -> str:
    """A cell: foreign text escaped, a number with four digits, "" for a missing value."""
    if isinstance(value, str):
        return printable(value)
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else str(value)
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"
