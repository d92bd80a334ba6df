"""The ledger: one SQLite file with an entry for every fit; several processes may write at the same time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from signalcli.errors import NoInputError, OutputError, UsageError, printable
from signalcli.io.containers.sqlite_errors import SQLITE_ERRORS
from signalcli.tracking import markets
from signalcli.tracking.markets import Dataset
from signalcli.tracking.row_types import check_types

OFF, DEFAULT = "off", "default"
TIMEOUT = 30.0  # seconds to wait for another writer


@dataclass(frozen=True)
class Entry:
    """One model fitted on one symbol, over all folds.

    Parameters
    ----------
    run : str
        Shared by all fits of one command.
    made_at : str
        UTC time as ISO 8601.
    symbol, model : str
        Symbol of the rows, and model.
    baseline : int
        1 for a baseline, which is always fitted and never selected.
    data_hash : str
        Hash of the symbol's bars in FEATURES.
    test_hash : str
        Hash of the tested bars in PREDICTIONS, by which later stages find the data.
    features_hash : str
        Hash of the names of the features, in order.
    config_hash : str
        Hash of all decisions: those of the fit, and the trading rule.
    settings, folds, versions : str
        JSON.
    seed, pooled : int
        As in ``FitConfig``.
    rows : int
        Tested rows.
    accuracy, log_loss : float or None
        Of the resolved tested rows.
    sharpe : float or None
        Per bar, net, under ``rule``.
    opened : str or None
        First date of the hold-out if it was opened.
    recipe : str or None
        JSON of all settings of the run, from which it can be reproduced.
    stages : str or None
        JSON of the hashes of the stages, from bars to scores.
    fit_hash : str or None
        Hash of the decisions of the fit: model, settings, features and target by their values, folds, seed,
        pooling, calibration.
    rule : str or None
        JSON of the trading rule.
    """

    run: str
    made_at: str
    symbol: str
    model: str
    baseline: int
    data_hash: str
    test_hash: str
    features_hash: str
    config_hash: str
    settings: str
    folds: str
    versions: str
    seed: int
    pooled: int
    rows: int
    accuracy: float | None
    log_loss: float | None
    sharpe: float | None
    opened: str | None
    recipe: str | None = None
    stages: str | None = None
    fit_hash: str | None = None
    rule: str | None = None


COLUMNS = tuple(field.name for field in fields(Entry))
_TABLE = f"create table if not exists fits (id integer primary key, {', '.join(COLUMNS)})"
_INDICES = (
    "create index if not exists by_data on fits (data_hash, config_hash)",
    "create index if not exists by_trial on fits (data_hash, baseline, config_hash, id, sharpe)",
    "create index if not exists by_test on fits (test_hash, data_hash)",
    "create index if not exists by_symbol on fits (symbol, data_hash)",
)


def ledger_file(option: str) -> Path | None:
    """File of a ledger, None for ``off``; ``default`` is in the user's state folder, or off without one."""
    if option == OFF:
        return None
    if option != DEFAULT:
        return Path(option)
    state, home = os.environ.get("XDG_STATE_HOME", ""), os.environ.get("HOME", "")
    if state.startswith("/"):  # the XDG standard ignores relative paths
        return Path(state) / "signalcli" / "ledger.sqlite"
    return Path(home) / ".local" / "state" / "signalcli" / "ledger.sqlite" if home.startswith("/") else None


def add_entries(file: Path, entries: Sequence[Entry], datasets: Mapping[str, Dataset] | None = None) -> None:
    """Append the fits of a run, all or none, and their data by ``data_hash``. Raises OutputError."""
    with writing(file) as ledger:
        insert(ledger, entries)
        markets.add(ledger, datasets or {})


@contextlib.contextmanager
def writing(file: Path) -> Iterator[sqlite3.Connection]:
    """A ledger inside one transaction, created where it is missing. Raises OutputError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _create(file)
        with closing(connect(file)) as ledger, ledger:
            ledger.row_factory = check_types
            ledger.execute("begin immediate")
            ledger.execute(_TABLE)
            _add_missing_columns(ledger)
            for index in _INDICES:
                ledger.execute(index)
            markets.create(ledger)
            yield ledger
    except (OSError, *SQLITE_ERRORS) as error:
        raise OutputError(
            "LEDGER-WRITE", f"{printable(file)}: {printable(error)}; to run without it, use --ledger off"
        ) from error


def insert(ledger: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Insert fits."""
    places = ", ".join("?" * len(COLUMNS))
    ledger.executemany(
        f"insert into fits ({', '.join(COLUMNS)}) values ({places})",  # noqa: S608 (our own names)
        [astuple(entry) for entry in entries],
    )


def _create(file: Path) -> None:
    """Create the file for its owner alone, whatever the umask: it names every symbol and strategy tried."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _add_missing_columns(ledger: sqlite3.Connection) -> None:
    """Add the columns that a table of an older version lacks."""
    existing = {row[1] for row in ledger.execute("pragma table_info(fits)")}
    for name in COLUMNS:
        if name not in existing:
            ledger.execute(f"alter table fits add column {name}")


def read_entries(file: Path | None) -> list[dict[str, Any]]:
    """All fits, oldest first. Raises NoInputError."""
    return _select(file, "select * from fits order by id")


def read_run(file: Path | None, run: str) -> list[dict[str, Any]]:
    """The fits of one run, by its name or the beginning of it. Raises UsageError unless one run matches."""
    where = "where substr(run, 1, length(?)) = ?"
    entries = _select(file, f"select * from fits {where} order by id", run, run)  # noqa: S608 (our own text)
    names = {entry["run"] for entry in entries}
    if len(names) != 1:
        raise UsageError(
            "LEDGER-RUN",
            f"{len(names)} runs start with {printable(run)}; signalcli runs list shows all names",
        )
    return entries


def read_fits(file: Path | None, test_hash: str) -> list[Entry]:
    """The fits tested on these bars, oldest first, that say what was decided; none without a ledger."""
    if file is None or not file.exists():
        return []
    entries = _select(file, "select * from fits where test_hash = ? order by id", test_hash)
    return [Entry(**{c: e[c] for c in COLUMNS}) for e in entries if e.get("fit_hash") and e.get("recipe")]


def read_openings(file: Path | None, test_hash: str) -> tuple[str, ...]:
    """When a hold-out of the data with these tested bars was opened, and its first date; each run once."""
    if file is None or not file.exists():
        return ()
    entries = _select(
        file,
        "select min(made_at) as made_at, opened from fits where opened is not null and data_hash in "
        "(select tested.data_hash from fits as tested where tested.test_hash = ?) "
        "group by run, opened order by min(id)",
        test_hash,
    )
    return tuple(f"{entry['made_at']} from {entry['opened']}" for entry in entries)


def _select(file: Path | None, query: str, *values: str) -> list[dict[str, Any]]:
    """Rows of a query as dicts. Raises NoInputError."""
    with reading(file) as ledger:
        rows = ledger.execute(query, values)
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows]


@contextlib.contextmanager
def reading(file: Path | None) -> Iterator[sqlite3.Connection]:
    """A ledger to read from. Raises NoInputError."""
    if file is None or not file.exists():
        raise NoInputError("LEDGER-NONE", f"{printable(file or 'off')}: no ledger; fit and run write one")
    try:
        with closing(connect(file)) as ledger:
            ledger.row_factory = check_types
            yield ledger
    except SQLITE_ERRORS as error:
        raise NoInputError("LEDGER-READ", f"{printable(file)}: {printable(error)}") from error


def connect(file: Path) -> sqlite3.Connection:
    """Connection that waits for other writers; transactions are started explicitly."""
    return sqlite3.connect(file, timeout=TIMEOUT, isolation_level=None)
