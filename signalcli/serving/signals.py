"""The SIGNALS table: predictions of saved models for the newest bars, collected in a CSV file."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from signalcli.errors import UsageError, printable
from signalcli.io.containers.packed import unpack
from signalcli.io.files import read_bytes, write_bytes
from signalcli.io.locks import hold_lock
from signalcli.io.tables import format_of, read_table, to_bytes
from signalcli.schemas import CLASS_COLUMNS, ColumnType, Schema, check

LABEL = "label"  # column of signals that only their saved model can judge: the label of the model
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
    dict.fromkeys(CLASS_COLUMNS.values(), ColumnType.NUMBER),
)


def check_signals(signals: pd.DataFrame, where: str) -> pd.DataFrame:
    """SIGNALS that fulfill their schema: columns in order, probabilities side by side, rows sorted by key."""
    table = check(signals, SIGNALS, where)
    columns = list(SIGNALS.columns)
    others = [c for c in CLASS_COLUMNS.values() if c in table and c not in columns]
    at = columns.index("p_up") + 1
    order = [*columns[:at], *others, *columns[at:]]
    return table[[*order, *(c for c in table.columns if c not in order)]]


def append(signals: pd.DataFrame, target: str) -> bool:
    """Append rows to a CSV file, replacing those with the same key; returns whether the file changed.

    The file is replaced atomically, and not written if nothing changed. Raises LockedError if another process
    is writing it.
    """
    if format_of(target, None) != "csv":
        raise UsageError("OPTION-VALUE", f"--append {printable(target)}: must be a CSV file")
    path = Path(os.path.realpath(target))
    with hold_lock(path):
        old = unpack(read_bytes(str(path)), printable(target)) if path.exists() else b""
        tables = [check_signals(read_table(str(path), SIGNALS), printable(target))] if old.strip() else []
        content = to_bytes(_merge([*tables, signals]), "csv")
        if content != old:
            write_bytes(str(path), content)
    return content != old


def _merge(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """One table; of rows with the same key the last one stays."""
    merged = pd.concat(tables, ignore_index=True)
    return check_signals(merged.drop_duplicates(list(SIGNALS.key), keep="last"), "signals")
