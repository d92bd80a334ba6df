"""The SIGNALS table: what a saved model says of the newest bars, kept in a file night after night."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.errors import UsageError, printable
from signalcli.io.csv import format_of, read_table, to_bytes
from signalcli.io.files import read_bytes, write_bytes
from signalcli.io.locks import held
from signalcli.schemas import CLASS_COLUMNS, ColumnType, Schema, check

if TYPE_CHECKING:
    import pandas as pd

SIGNALS = Schema(
    "SIGNALS",
    "predict",
    ("symbol", "date", "model"),
    {
        "symbol": ColumnType.TEXT,
        "date": ColumnType.DATE,
        "model": ColumnType.TEXT,
        "p_up": ColumnType.NUMBER,
        "prediction": ColumnType.LABEL,
        "position": ColumnType.LABEL,
        "close": ColumnType.NUMBER,
        "valid_from": ColumnType.DATE,
        "valid_until": ColumnType.DATE,
    },
)


def checked(signals: pd.DataFrame, where: str) -> pd.DataFrame:
    """The table as its contract has it: columns in order, probabilities together, rows by key."""
    found = check(signals, SIGNALS, where)
    further = [c for c in CLASS_COLUMNS.values() if c in found and c not in SIGNALS.columns]
    known = list(SIGNALS.columns)
    at = known.index("p_up") + 1
    order = [*known[:at], *further, *known[at:]]
    return found[[*order, *(c for c in found.columns if c not in order)]]


def append(signals: pd.DataFrame, target: str) -> bool:
    """Put rows into a CSV file, in the place of those with the same key; True when the file changed.

    A reader sees the old file or the new one; with nothing new not a byte is written. Raises LockedError when
    another run is at it.
    """
    if format_of(target, None) != "csv":
        raise UsageError("OPTION-VALUE", f"--append {printable(target)}: must be a CSV file")
    path = Path(os.path.realpath(target))
    with held(path):
        old = read_bytes(str(path)) if path.exists() else b""
        before = [checked(read_table(str(path), SIGNALS), printable(target))] if old.strip() else []
        content = to_bytes(_merged([*before, signals]), "csv")
        if content != old:
            write_bytes(str(path), content)
    return content != old


def _merged(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """One table; of rows with the same key the last one stays."""
    import pandas as pd

    merged = pd.concat(tables, ignore_index=True)
    return checked(merged.drop_duplicates(list(SIGNALS.key), keep="last"), "signals")
