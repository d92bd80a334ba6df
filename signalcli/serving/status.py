"""The state of a nightly job: age of its bars, models and signals, its last run, and locks held now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.config.run import RunConfig
from signalcli.data.calendars import AUTO, NONE, sessions_between
from signalcli.data.quality.dates import spacing
from signalcli.data.store.dataset import BARS, Dataset
from signalcli.data.store.lock import lock_target
from signalcli.errors import NoInputError, SignalcliError, printable
from signalcli.io.formatting import format_dates
from signalcli.io.locks import is_held, lock_path
from signalcli.io.tables import read_table
from signalcli.serving.bundle.load import load_all
from signalcli.serving.freshness import reusable_models
from signalcli.serving.signals import SIGNALS
from signalcli.serving.watch.state import read_state, state_file
from signalcli.tracking.ledger import read_entries

COLUMNS = ["kind", "name", "last", "missed", "stale", "note"]
HOLIDAYS = 1  # sessions that may be missing if the calendar has no holidays


@dataclass(frozen=True)
class NextRun:
    """A run with ``refit_after``: the bars it would read, its settings, and the age after which it refits."""

    bars: pd.DataFrame
    config: RunConfig
    refit_after: dt.timedelta


@dataclass(frozen=True)
class StatusTargets:
    """What to look at; None is left out.

    Parameters
    ----------
    as_of : date
        Sessions before this day are expected.
    store, ledger, signals : Path or None
        Folder of a store, file of a ledger, file of SIGNALS.
    models : tuple of Path
        Folders of saved models.
    calendar : str
        Code of an exchange, ``24/7``, ``auto`` or ``none``.
    max_age : timedelta or None
        Maximum time between the last training label of a model and ``as_of``.
    next_run : NextRun or None
        Run of a job file, which decides whether its model is still used.
    trust : tuple of str
        Code that saved models may run.
    """

    as_of: dt.date
    store: Path | None = None
    models: tuple[Path, ...] = ()
    signals: Path | None = None
    ledger: Path | None = None
    calendar: str = AUTO
    max_age: dt.timedelta | None = None
    next_run: NextRun | None = None
    trust: tuple[str, ...] = ()


def status(targets: StatusTargets) -> pd.DataFrame:
    """One row a target: its kind and name, its last date, sessions missed since, whether it is stale."""
    rows = [*_bars(targets), *_models(targets), *_signals(targets), *_last_run(targets), *_locks(targets)]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"missed": "Int64", "stale": "int64"})


def _row(
    kind: str, name: str, last: str | None, missed: int | None, stale: bool, note: str = ""
) -> dict[str, Any]:
    return {"kind": kind, "name": name, "last": last, "missed": missed, "stale": int(stale), "note": note}


def _bars(targets: StatusTargets) -> Iterator[dict[str, Any]]:
    if targets.store is None:
        return
    folders = sorted(path for path in (targets.store / BARS).glob("*") if path.is_dir())
    for dataset in (Dataset(targets.store, folder.name) for folder in folders):
        for symbol in dataset.symbols():
            yield _dated_row("bars", f"{dataset.name}/{symbol}", dataset.bars([symbol]), targets)


def _signals(targets: StatusTargets) -> Iterator[dict[str, Any]]:
    if targets.signals is None:
        return
    if not targets.signals.exists():
        yield _row("signals", printable(targets.signals), "", None, True, "there is no such file")
        return
    table = read_table(str(targets.signals), SIGNALS)
    for (symbol, model), rows in table.groupby(["symbol", "model"], sort=True):
        yield _dated_row("signals", f"{symbol}/{model}", rows, targets)
    for name, watch in sorted(read_state(state_file(str(targets.signals))).items()):
        note = f"{watch.state}: {watch.cause}" if watch.cause else watch.state
        yield _row("watch", printable(name), watch.last, None, watch.state == "alarm", printable(note))


def _dated_row(kind: str, name: str, rows: pd.DataFrame, targets: StatusTargets) -> dict[str, Any]:
    """Row with the sessions missed between the last date and ``as_of``; for bars longer than a day, bars."""
    day, step = pd.Timestamp(targets.as_of), spacing(rows)
    if targets.calendar == NONE:
        missed = 0
    elif step > np.timedelta64(30, "h"):
        missed = max(int((day - rows["date"].iloc[-1]) / step) - 1, 0)
    else:
        missed = len(sessions_between(rows, QualityConfig(calendar=targets.calendar), day))
    allowed = HOLIDAYS if targets.calendar in {AUTO, NONE} else 0
    return _row(kind, printable(name), format_dates(rows["date"].tail(1))[0], missed, missed > allowed)


def _models(targets: StatusTargets) -> Iterator[dict[str, Any]]:
    for folder in targets.models:
        try:
            bundles = load_all(folder, targets.trust)
        except SignalcliError as error:
            yield _row("model", printable(folder), "", None, True, error.message)
            continue
        reason = _refit_reason(folder, targets.next_run, targets.trust)
        for bundle in bundles:
            manifest = bundle.manifest
            age = dt.datetime.combine(targets.as_of, dt.time()) - manifest.last_label_date
            stale = bool(reason) or (targets.max_age is not None and age > targets.max_age)
            note = f"{manifest.model} {max(age.days, 0)} days old" + (reason and f"; run refits: {reason}")
            yield _row("model", printable(bundle.folder), manifest.trained["known"], None, stale, note)


def _refit_reason(folder: Path, run: NextRun | None, trust: tuple[str, ...]) -> str:
    """Why the next run fits the models in a folder again; empty if it does not, or if it is not known."""
    if run is None:
        return ""
    return reusable_models(folder, run.bars, run.config, run.refit_after, trust).reason


def _last_run(targets: StatusTargets) -> Iterator[dict[str, Any]]:
    """The last fit; never stale, because a run that reuses its model fits nothing."""
    try:
        fits = read_entries(targets.ledger)
    except NoInputError:
        return
    if fits:
        last = fits[-1]
        note = printable(f"{last['symbol']} {last['model']}")
        yield _row("run", str(last["run"]), str(last["made_at"]), None, False, note)


def _locks(targets: StatusTargets) -> Iterator[dict[str, Any]]:
    """Locks that another process holds now."""
    guarded = [*targets.models, *(path for path in (targets.signals,) if path is not None)]
    guarded += [lock_target(targets.store)] if targets.store is not None else []
    for target in guarded:
        if is_held(target):
            yield _row("lock", printable(lock_path(target)), "", None, False, "another run is at work")
