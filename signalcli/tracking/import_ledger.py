"""Another ledger added to one: its fits, its markets and the luck of its trials; nothing is replaced."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from signalcli.errors import NoInputError
from signalcli.tracking import markets
from signalcli.tracking.ledger import COLUMNS, Entry, insert, read_entries, reading, writing
from signalcli.tracking.market_patterns import Patterns
from signalcli.tracking.markets import Dataset

LATER = {"recipe", "stages", "fit_hash", "rule"}  # columns that ledgers of older versions lack


def import_ledger(file: Path, other: Path) -> tuple[int, int]:
    """Add the fits of another ledger; returns how many were added, and how many were there already.

    A fit is known when one of the same run has the same symbol, model, configuration and data. Raises
    NoInputError and OutputError, with which nothing is added.
    """
    entries = [_entry(row) for row in read_entries(other)]
    datasets = _read_datasets(other)
    with writing(file) as ledger:
        known = set(ledger.execute("select run, symbol, model, config_hash, data_hash, sharpe from fits"))
        new = [entry for entry in entries if _key(entry) not in known]
        insert(ledger, new)
        markets.add(ledger, datasets)
    return len(new), len(entries) - len(new)


def _entry(row: dict[str, Any]) -> Entry:
    missing = set(COLUMNS) - LATER - set(row)
    if missing:
        raise NoInputError("LEDGER-READ", f"not a ledger of signalcli: no column {min(missing)}; name one")
    return Entry(**{name: row.get(name) for name in COLUMNS})  # type: ignore[arg-type]


def _key(entry: Entry) -> tuple[Any, ...]:
    return (entry.run, entry.symbol, entry.model, entry.config_hash, entry.data_hash, entry.sharpe)


def _read_datasets(other: Path) -> dict[str, Dataset]:
    """The data sets of a ledger; each has the patterns and the luck of its market."""
    with reading(other) as ledger:
        if not markets.exist(ledger):
            return {}
        markets.refuse_lost(ledger)
        found = {market: _market(ledger, market) for (market,) in _all(ledger, "select market from markets")}
        by_name = dict(_all(ledger, "select data_hash, market from datasets"))
        return {name: found[market] for name, market in by_name.items()}


def _market(ledger: sqlite3.Connection, market: int) -> Dataset:
    rows = _all(ledger, "select code, day from patterns where market = ?", market)
    codes, days = np.array(rows, "int64").reshape(-1, 2).T
    return Dataset(Patterns(codes, days), markets.luck_of(ledger, [market]))


def _all(ledger: sqlite3.Connection, query: str, *values: Any) -> list[Any]:
    return ledger.execute(query, values).fetchall()
