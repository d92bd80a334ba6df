"""Tables in a terminal."""

from __future__ import annotations

import io
import math
from typing import Any

import pandas as pd
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


def string_console(*, color: bool) -> tuple[io.StringIO, Console]:
    """A stream and a console that writes into it; with ``color`` as wide as the terminal."""
    stream = io.StringIO()
    return stream, Console(file=stream, force_terminal=color, width=None if color else _FILE_WIDTH)


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
