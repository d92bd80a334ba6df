"""Two tables of signals: where they first differ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.errors import DataError, count, printable
from signalcli.research.audit.compare import ROW, Snapshot, moved, snapshot
from signalcli.research.audit.finding import Finding, make_finding
from signalcli.schemas import ColumnType, Schema

NAME = "signals"
KEYED = Schema(
    "SIGNALS",
    "predict",
    ("symbol", "date", "model"),
    {"symbol": ColumnType.TEXT, "date": ColumnType.DATE, "model": ColumnType.TEXT},
)


def compare_signals(first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str]) -> list[Finding]:
    """One finding for each column that differs, and for rows that one table lacks, earliest first.

    Only dates that both tables span are compared. Raises DataError when they share none.
    """
    start = max(first["date"].min(), second["date"].min())
    end = min(first["date"].max(), second["date"].max())
    if start > end:
        raise DataError(
            "SIGNALS-APART", f"{names[0]} and {names[1]}: no common dates; name two files of one time"
        )
    a, b = (snapshot(t[t["date"].between(start, end)].reset_index(drop=True)) for t in (first, second))
    found = [*_differences(a, b, names), *_missing(b, a, names[::-1])]
    return sorted(found, key=lambda finding: finding.first_date)


def _differences(a: Snapshot, b: Snapshot, names: tuple[str, str]) -> Iterator[Finding]:
    yield from _missing(a, b, names)
    for column, rows in moved(a, b, a.dates.max()).items():
        if column == ROW:
            continue
        row = a.earliest(rows)
        place = b.index.get_loc(a.index[row])
        there = b.numbers[column][place] if column in b.numbers else "no such column"
        values = f"{_shown(a, row)}: {a.numbers[column][row]} in {names[0]}, {there} in {names[1]}"
        text = f"{values}; {len(rows):,} of {count(len(a.dates), 'row')} differ"
        yield make_finding(NAME, column, a.dates[row], None, "signals", text)


def _missing(a: Snapshot, b: Snapshot, names: tuple[str, str]) -> Iterator[Finding]:
    rows = moved(a, b, a.dates.max()).get(ROW, np.zeros(0, "int64"))
    if len(rows):
        row = a.earliest(rows)
        text = f"{_shown(a, row)}: not in {names[1]}; {count(len(rows), 'row')} of {names[0]} missing there"
        yield make_finding(NAME, ROW, a.dates[row], None, "signals", text)


def _shown(table: Snapshot, row: int) -> str:
    """Symbol, date and model of a row."""
    symbol, date, model = table.index[row][:3]
    return f"{printable(symbol)} {str(date)[:10]} {printable(model)}"
