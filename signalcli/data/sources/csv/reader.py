"""Read bars from a file of any provider: its layout, columns, number and date formats are recognized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from signalcli.data.sources.csv.hints import Hints
from signalcli.data.sources.csv.json_grid import json_layout
from signalcli.data.sources.csv.recognize import recognize
from signalcli.data.sources.csv.rows import Rows, to_rows
from signalcli.data.sources.csv.typed import names_bars, typed_rows
from signalcli.io.json_table import is_json

if TYPE_CHECKING:
    import pyarrow as pa


def parse_bars(content: bytes | pd.DataFrame | pa.Table, where: str, **hints: Any) -> pd.DataFrame:
    """Return raw rows with known columns renamed and typed; the index is the line number.

    ``content`` is CSV or JSON in UTF-8, or a table with types of its own; ``hints`` are those of `Hints`.
    ``attrs["notes"]`` has a line for each kind of what was left out. Prices are adjusted, and rows dropped
    and sorted, by `signalcli.data.bars`. Raises DataError.
    """
    rows, notes = _rows(content, where, Hints(**hints))
    if notes:
        rows.attrs["notes"] = notes  # pandas copies what is here with every column, so it must be small
    return rows


def _rows(content: bytes | pd.DataFrame | pa.Table, where: str, hints: Hints) -> Rows:
    if not isinstance(content, bytes):
        table = content if isinstance(content, pd.DataFrame) else content.to_pandas(ignore_metadata=True)
        if hints.columns or names_bars(table.columns):
            return Rows(*typed_rows(table, where, hints))
        # a sheet whose header stands further below, or that has none
        content = table.to_csv(index=False).encode()
    layout = json_layout if is_json(content) else recognize
    return to_rows(layout(content, where, hints), where, hints)
