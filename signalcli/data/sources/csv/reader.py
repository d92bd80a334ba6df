"""Read bars from a file of any provider: its layout, columns, number and date formats are recognized."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.hints import Hints
from signalcli.data.sources.csv.json_grid import json_layout
from signalcli.data.sources.csv.recognize import recognize
from signalcli.data.sources.csv.rows import Rows, to_rows
from signalcli.data.sources.csv.typed import typed_rows
from signalcli.io.files import PACKED, STDIO, read_bytes, source_name
from signalcli.io.gzip import gunzip, unpack
from signalcli.io.json_table import is_json
from signalcli.io.parquet import MAGIC, read_parquet


def read_bars_csv(source: str, *, gzip: bool = False, **hints: Any) -> pd.DataFrame:
    """Return the raw rows of a bars file with known columns renamed and typed; the index is the line number.

    ``source`` is a path or ``-``; Parquet, JSON and files packed with gzip are recognized by their content,
    and ``gzip`` refuses any that is not packed. ``hints`` are those of `Hints`. Without a symbol column the
    symbol is the name of the file, and ``attrs["named"]`` is true; ``attrs["notes"]`` has a line for each
    kind of what was left out. Prices are adjusted, and rows dropped and sorted, by `signalcli.data.bars`.
    Raises NoInputError and DataError.
    """
    where = source_name(source)
    content = read_bytes(source)
    content = gunzip(content, where) if gzip else unpack(content, where)
    rows, notes = read_content(content, where, Hints(**hints))
    if notes:
        rows.attrs["notes"] = notes  # pandas copies what is here with every column, so it must be small
    if "symbol" not in rows:
        rows.attrs["named"] = True
        rows.insert(0, "symbol", _symbol_of(source))
    return rows


def read_content(content: bytes, where: str, hints: Hints) -> Rows:
    """Return the raw rows of unpacked bytes: Parquet, JSON, or UTF-8 text. Raises DataError."""
    if content.startswith(MAGIC):
        return Rows(typed_rows(read_parquet(content, where), where, hints), [])
    if is_json(content):
        return to_rows(json_layout(content, where, hints), where, hints)
    return to_rows(recognize(content, where, hints), where, hints)


def _symbol_of(source: str) -> str:
    """Return the name of a file without its endings: IBM for ``IBM.csv.gz``."""
    return "bars" if source == STDIO else Path(Path(source).name.removesuffix(PACKED)).stem
