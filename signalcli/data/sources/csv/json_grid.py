"""Bars of JSON as a grid of text cells: columns, dates and numbers are recognized like those of CSV."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.grid.grid import Grid
from signalcli.data.sources.csv.hints import Hints
from signalcli.data.sources.csv.json_shapes import find_rows
from signalcli.data.sources.csv.recognize import Layout, layout_of_cells
from signalcli.errors import DataError, printable


def json_layout(content: bytes, where: str, hints: Hints) -> Layout:
    """Return the layout of the bars in JSON; rows are numbered from 1. Raises DataError."""
    rows = find_rows(content, where)
    names, columns = _columns(rows)
    titles = names or [f"column {i + 1}" for i in range(len(columns))]
    texts = [[_text(v, title, where) for v in column] for title, column in zip(titles, columns, strict=True)]
    cells = pd.DataFrame(dict(enumerate(texts)), index=range(1, len(rows) + 1), dtype="str")
    return layout_of_cells(Grid(cells), names, where, hints)


def _columns(rows: Sequence[Any]) -> tuple[list[str] | None, list[list[Any]]]:
    """Return the names of objects, None for lists, and the cells of each column; a missing cell is None."""
    if isinstance(rows[0], dict):
        names = list(dict.fromkeys(name for row in rows for name in row))
        return names, [[row.get(name) for row in rows] for name in names]
    width = max(map(len, rows))
    return None, [[row[i] if i < len(row) else None for row in rows] for i in range(width)]


def _text(value: Any, name: str, where: str) -> str:
    """Return a scalar as text; true and false are 1 and 0, null is empty."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, list | dict):
        raise DataError("JSON-ROWS", f"{where}: column {printable(name)}: a cell holds a list or an object")
    return str(int(value)) if isinstance(value, bool) else repr(value)
