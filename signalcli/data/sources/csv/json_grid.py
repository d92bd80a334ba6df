"""Bars of JSON as a grid of text cells, so that their columns, dates and numbers are recognized like those of CSV."""

from __future__ import annotations

import math
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
    names = list(dict.fromkeys(name for row in rows for name in row)) if isinstance(rows[0], dict) else None
    if names is None:
        width = max(map(len, rows))
        columns: list[list[Any]] = [[row[i] if i < len(row) else None for row in rows] for i in range(width)]
    else:
        columns = [[row.get(name) for row in rows] for name in names]  # type: ignore[union-attr]
    titles = names or [f"column {i + 1}" for i in range(len(columns))]
    texts = [[_text(v, title, where) for v in column] for title, column in zip(titles, columns, strict=True)]
    cells = pd.DataFrame(dict(enumerate(texts)), index=range(1, len(rows) + 1), dtype="str")
    return layout_of_cells(Grid(cells), names, where, hints)


def _text(value: Any, name: str, where: str) -> str:
    """Return a scalar as text; true and false are 1 and 0, null is empty."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, list | dict):
        raise DataError("JSON-ROWS", f"{where}: column {printable(name)}: a cell holds a list or an object")
    return str(int(value)) if isinstance(value, bool) else repr(value)
