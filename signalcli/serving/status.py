"""Whether a nightly job is alive: how old its bars, models and signals are, when it ran, who holds a lock."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import AUTO, NONE, sessions_between
from signalcli.data.quality.dates import spacing
from signalcli.data.store.shelf import BARS, Shelf
from signalcli.errors import NoInputError, SignalcliError, printable
from signalcli.io.csv import format_dates, read_table
from signalcli.serving.bundle.load import load_all
from signalcli.serving.signals import SIGNALS
from signalcli.tracking.ledger import entries

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["kind", "name", "last", "missed", "stale", "note"]
HOLIDAYS = 1  # sessions that may be missing where nothing knows holidays


@dataclass(frozen=True)
class Watched:
    """What is looked at; None is left out.

    Parameters
    ----------
    store, ledger, signals : Path or None
        Folder of a store, file of a ledger, file of SIGNALS.
    models : tuple of Path
        Folders of saved models.
    calendar : str
        An exchange's code, ``24/7``, ``auto`` or ``none``.
    as_of : date
        The day on which nothing before it should be missing.
    max_age : timedelta or None
        Longest time between the last label a model learnt from and that day.
    """

    as_of: dt.date
    store: Path | None = None
    models: tuple[Path, ...] = ()
    signals: Path | None = None
    ledger: Path | None = None
    calendar: str = AUTO
    max_age: dt.timedelta | None = None


def status(watched: Watched) -> pd.DataFrame:
    """One row a thing: its kind and name, its last date, sessions missed since, whether it is stale."""
    import pandas as pd

    rows = [*_bars(watched), *_models(watched), *_signals(watched), *_run(watched), *_locks(watched)]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"missed": "Int64", "stale": "int64"})


def _row(
    kind: str, name: str, last: str | None, missed: int | None, stale: bool, note: str = ""
) -> dict[str, Any]:
    return {"kind": kind, "name": name, "last": last, "missed": missed, "stale": int(stale), "note": note}


def _bars(watched: Watched) -> Iterator[dict[str, Any]]:
    if watched.store is None:
        return
    folders = sorted(path for path in (watched.store / BARS).glob("*") if path.is_dir())
    for shelf in (Shelf(watched.store, folder.name) for folder in folders):
        for symbol in shelf.symbols():
            yield _of_dates("bars", f"{shelf.name}/{symbol}", shelf.bars([symbol]), watched)


def _signals(watched: Watched) -> Iterator[dict[str, Any]]:
    if watched.signals is None:
        return
    if not watched.signals.exists():
        yield _row("signals", printable(watched.signals), "", None, True, "there is no such file")
        return
    table = read_table(str(watched.signals), SIGNALS)
    for (symbol, model), rows in table.groupby(["symbol", "model"], sort=True):
        yield _of_dates("signals", f"{symbol}/{model}", rows, watched)


def _of_dates(kind: str, name: str, rows: pd.DataFrame, watched: Watched) -> dict[str, Any]:
    """Sessions after the last date and before the day; of bars longer than a day, whole bars."""
    import numpy as np
    import pandas as pd

    day, step = pd.Timestamp(watched.as_of), spacing(rows)
    known = watched.calendar not in {AUTO, NONE}
    if watched.calendar == NONE:
        missed = 0
    elif step > np.timedelta64(30, "h"):
        missed = max(int((day - rows["date"].iloc[-1]) / step) - 1, 0)
    else:
        missed = len(sessions_between(rows, QualityConfig(calendar=watched.calendar), day))
    allowed = 0 if known else HOLIDAYS
    return _row(kind, printable(name), format_dates(rows["date"].tail(1))[0], missed, missed > allowed)


def _models(watched: Watched) -> Iterator[dict[str, Any]]:
    for folder in watched.models:
        try:
            bundles = load_all(folder)
        except SignalcliError as error:
            yield _row("model", printable(folder), "", None, True, error.message)
            continue
        for bundle in bundles:
            known = bundle.manifest.known
            age = dt.datetime.combine(watched.as_of, dt.time()) - known
            old = watched.max_age is not None and age > watched.max_age
            note = f"{bundle.manifest.model} {max(age.days, 0)} days old"
            yield _row("model", printable(bundle.folder), bundle.manifest.trained["known"], None, old, note)


def _run(watched: Watched) -> Iterator[dict[str, Any]]:
    """The last fit; a run that keeps its model fits nothing, so that an old one is no fault."""
    try:
        found = entries(watched.ledger)
    except NoInputError:
        return
    if found:
        last = found[-1]
        what = printable(f"{last['symbol']} {last['model']}")
        yield _row("run", str(last["run"]), str(last["made_at"]), None, False, what)


def _locks(watched: Watched) -> Iterator[dict[str, Any]]:
    """Locks that another process holds now; a lock file alone is none."""
    guarded = [*watched.models, *(p for p in (watched.signals,) if p is not None)]
    files = [path.with_name(f".{path.name}.lock") for path in guarded]
    files += sorted(watched.store.glob(".*.lock")) if watched.store is not None else []
    for path in files:
        if _held(path):
            yield _row("lock", printable(path), "", None, False, "another run is at work")


def _held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
