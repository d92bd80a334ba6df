"""Types of the columns of a ledger: SQLite keeps whatever is written, so each row that is read is checked."""

from __future__ import annotations

import sqlite3
from typing import Any

from signalcli.errors import printable
from signalcli.schemas import is_steering

_TEXT, _INTEGER, _NUMBER = (str,), (int,), (int, float)
_NOTHING = (type(None),)
# By the names that queries give; other columns are counts that SQLite itself makes.
TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(
        (
            *("run", "made_at", "symbol", "model", "data_hash", "test_hash", "features_hash", "config_hash"),
            *("settings", "folds", "versions"),
        ),
        _TEXT,
    ),
    **dict.fromkeys(("opened", "recipe", "stages", "fit_hash", "rule"), _TEXT + _NOTHING),
    **dict.fromkeys(("id", "baseline", "seed", "pooled", "rows", "market", "code", "day"), _INTEGER),
    **dict.fromkeys(("first", "last"), _INTEGER + _NOTHING),
    **dict.fromkeys(("accuracy", "log_loss", "sharpe"), _NUMBER + _NOTHING),
    "luck": (bytes, *_NOTHING),
}


def check_types(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row; as ``row_factory`` of a connection. Raises sqlite3.DataError for a damaged cell."""
    for (name, *_), value in zip(cursor.description, row, strict=True):
        known = type(value) in TYPES.get(name, (type(value),))
        if not known or (isinstance(value, str) and is_steering(value)):
            shown = printable(str(value)[:40])
            raise sqlite3.DataError(f"column {name} holds {shown!r}, which no version writes there")
    return row
