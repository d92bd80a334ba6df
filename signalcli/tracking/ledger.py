"""Every fit that was ever tried, in one SQLite file that many runs may write at the same time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from signalcli.errors import NoInputError, OutputError, UsageError, printable

OFF, DEFAULT = "off", "default"
PATIENCE = 30.0  # seconds to wait for another writer


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
        What was fitted on what.
    baseline : int
        1 for a model that is always fitted and was not chosen.
    data_hash : str
        Of the symbol's bars in FEATURES.
    test_hash : str
        Of the tested bars in PREDICTIONS, by which a later stage finds the data.
    features_hash : str
        Of the names of the features, in order.
    config_hash : str
        Of everything that was decided: model, settings, features, folds, seed, pooling.
    settings, folds, versions : str
        JSON.
    seed, pooled : int
        As in ``FitConfig``.
    rows : int
        Tested rows.
    accuracy, log_loss : float or None
        Of the resolved tested rows.
    sharpe : float or None
        Per bar, net, under the default trading rule.
    opened : str or None
        First date of the hold-out when it was opened.
    recipe : str or None
        JSON of all that decided the run, from which it can be done again.
    stages : str or None
        JSON: a hash of each stage, from bars to scores.
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


COLUMNS = tuple(field.name for field in fields(Entry))
_TABLE = f"create table if not exists fits (id integer primary key, {', '.join(COLUMNS)})"
_INDEX = "create index if not exists by_data on fits (data_hash, config_hash)"


class Trials(NamedTuple):
    """Different configurations that were tried on the same data, and their Sharpe ratios per bar."""

    number: int
    variance: float


def ledger_file(wanted: str) -> Path | None:
    """File of a ledger, None for ``off``; ``default`` is in the user's state folder, or off without one."""
    if wanted == OFF:
        return None
    if wanted != DEFAULT:
        return Path(wanted)
    state, home = os.environ.get("XDG_STATE_HOME", ""), os.environ.get("HOME", "")
    if state.startswith("/"):  # anything else is to be ignored, says the standard
        return Path(state) / "signalcli" / "ledger.sqlite"
    return Path(home) / ".local" / "state" / "signalcli" / "ledger.sqlite" if home.startswith("/") else None


def add(file: Path, entries: Sequence[Entry]) -> None:
    """Append the fits of a run, all or none. Raises OutputError."""
    places = ", ".join("?" * len(COLUMNS))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(file)) as ledger, ledger:
            ledger.execute("begin immediate")
            ledger.execute(_TABLE)
            _widen(ledger)
            ledger.execute(_INDEX)
            ledger.executemany(
                f"insert into fits ({', '.join(COLUMNS)}) values ({places})",  # noqa: S608 (our own names)
                [astuple(entry) for entry in entries],
            )
    except (OSError, sqlite3.Error) as error:
        raise OutputError("LEDGER-WRITE", f"{printable(file)}: {printable(error)}; --ledger off") from error


def _widen(ledger: sqlite3.Connection) -> None:
    """Give the table of an older version the columns that came later."""
    known = {row[1] for row in ledger.execute("pragma table_info(fits)")}
    for name in COLUMNS:
        if name not in known:
            ledger.execute(f"alter table fits add column {name}")


def entries(file: Path | None) -> list[dict[str, Any]]:
    """All fits, the earliest first. Raises NoInputError."""
    with _reading(file) as ledger:
        found = ledger.execute("select * from fits order by id")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]


def of_run(file: Path | None, run: str) -> list[dict[str, Any]]:
    """The fits of one run, named by the beginning of its name. Raises UsageError unless there is one such."""
    found = [entry for entry in entries(file) if entry["run"].startswith(run)]
    names = {entry["run"] for entry in found}
    if len(names) != 1:
        raise UsageError(
            "LEDGER-RUN", f"{len(names)} runs are named {printable(run)}…; signalcli runs list shows them"
        )
    return found


def trials(file: Path | None, test_hash: str) -> Trials | None:
    """What was tried on the data that these tested bars are part of; None when it is not in the ledger.

    A baseline is no trial, and neither is the same configuration again.
    """
    if file is None or not file.exists():
        return None
    with _reading(file) as ledger:
        found = ledger.execute(
            "select sharpe from fits where baseline = 0 and data_hash in "
            "(select data_hash from fits where test_hash = ?) group by config_hash having id = max(id)",
            (test_hash,),
        ).fetchall()
    sharpes = [row[0] for row in found if row[0] is not None]
    return Trials(len(found), _variance(sharpes)) if found else None


def _variance(values: list[float]) -> float:
    """Sample variance; 0 of fewer than two."""
    if len(values) < 2:
        return 0.0
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values) / (len(values) - 1)


@contextmanager
def _reading(file: Path | None) -> Iterator[sqlite3.Connection]:
    if file is None or not file.exists():
        raise NoInputError("LEDGER-NONE", f"{printable(file or 'off')}: no ledger; fit and run write one")
    try:
        with closing(_connect(file)) as ledger:
            yield ledger
    except sqlite3.Error as error:
        raise NoInputError("LEDGER-READ", f"{printable(file)}: {printable(error)}") from error


def _connect(file: Path) -> sqlite3.Connection:
    """A connection that waits for other writers; transactions are begun by hand."""
    return sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
