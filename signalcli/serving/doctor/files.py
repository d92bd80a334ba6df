"""Files of a night: ledger, store, saved models, signals."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from signalcli.data.store.bars_file import read_footer
from signalcli.data.store.dataset import BARS
from signalcli.data.store.folders import DEFAULT, store_folder
from signalcli.data.store.listing import leftovers
from signalcli.data.store.lock import lock_target
from signalcli.data.store.names import ENDING, symbol_of
from signalcli.errors import SignalcliError, UsageError, count, printable
from signalcli.io.containers.sqlite_errors import SQLITE_ERRORS
from signalcli.io.locks import is_held
from signalcli.io.tables import read_table
from signalcli.serving.bundle.load import Bundle, load_all
from signalcli.serving.doctor.finding import Finding
from signalcli.serving.signals import SIGNALS
from signalcli.tracking.ledger import ledger_file, read_entries

AHEAD = dt.timedelta(days=2)  # a bar may be labeled with the date of a session that began elsewhere


def check_files(
    ledger: str, store: str | None, models: tuple[Path, ...], signals: Path | None, now: dt.datetime
) -> Iterator[Finding]:
    """Yield the state of a ledger, a store (None: that of the user), saved models and signals at ``now``."""
    yield _check_ledger(ledger_file(ledger))
    yield from _check_store(store, now)
    for folder in models:
        yield from _check_models(folder)
    if signals is not None:
        yield _check_signals(signals)


def _check_ledger(file: Path | None) -> Finding:
    if file is None:
        return Finding("ledger", "off", "fits are not recorded", "absent", "set HOME, or use --ledger FILE")
    if not file.exists():
        return Finding("ledger", printable(file), "no file yet: the first fit makes it", "absent")
    return _ledger(file)


def _ledger(file: Path) -> Finding:
    name, remedy = printable(file), "restore it from a copy, or move it away: the next fit makes a new one"
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as ledger:
            verdict = ledger.execute("pragma quick_check(1)").fetchone()[0]
        fits = read_entries(file)
    except (*SQLITE_ERRORS, SignalcliError) as error:
        return Finding("ledger", name, printable(error), "fault", remedy)
    if verdict != "ok":
        return Finding("ledger", name, printable(verdict), "fault", remedy)
    if not os.access(file, os.W_OK):
        return Finding("ledger", name, "no right to write", "fault", f"chmod u+w {name}")
    return Finding("ledger", name, count(len(fits), "fit"))


def _check_store(name: str | None, now: dt.datetime) -> Iterator[Finding]:
    """A store that the user has named must exist; the one in the data folder need not."""
    try:
        root = store_folder(name or DEFAULT)
    except UsageError:
        return  # the missing data folder is a finding already
    shown = printable(root)
    if root.is_dir():
        yield from _store(root, shown, now)
    elif name is None:
        yield Finding("store", shown, "no store yet: fetch --store default makes it", "absent")
    else:
        yield Finding("store", shown, "no such folder", "fault", "check the name; fetch --store DIR makes it")


def _store(root: Path, name: str, now: dt.datetime) -> Iterator[Finding]:
    if is_held(lock_target(root)):
        yield Finding("store", name, "locked: another run is at work", "warning", "wait for it: --wait 60")
    files = sorted(root.glob(f"{BARS}/*/*{ENDING}"))
    bad = [finding for file in files for finding in _bars_file(file, now)]
    yield from bad
    if left := list(leftovers(root)):
        remedy = f"signalcli store vacuum --store {name}"
        yield Finding("store", name, f"{count(len(left), 'file')} left by killed runs", "warning", remedy)
    yield Finding("store", name, count(len(files) - len(bad), "sound file"))


def _bars_file(file: Path, now: dt.datetime) -> Iterator[Finding]:
    name = f"{file.parent.name}/{printable(symbol_of(file))}"
    try:
        last = read_footer(file).last
    except SignalcliError as error:
        yield Finding("store", name, error.message, "fault", "move it away and fetch again")
        return
    if last > now.replace(tzinfo=None) + AHEAD:
        remedy = "set the clock, or move the file away and fetch again"
        yield Finding("store", name, f"its last bar, {last:%Y-%m-%d}, lies in the future", "fault", remedy)


def _check_models(folder: Path) -> Iterator[Finding]:
    """Loading verifies every byte, and that the model predicts what it predicted when it was saved."""
    try:
        bundles = load_all(folder)
    except SignalcliError as error:
        remedy = "signalcli fit --save writes it again; or restore the folder from a copy"
        yield Finding("model", printable(folder), error.message, "fault", remedy)
        return
    yield from map(_model, bundles)


def _model(bundle: Bundle) -> Finding:
    manifest = bundle.manifest
    saved_by = manifest.versions.get("signalcli", "an older signalcli")
    found = f"{manifest.model}, labels up to {manifest.last_label_date:%Y-%m-%d}, saved by {saved_by}"
    return Finding("model", printable(bundle.folder), found)


def _check_signals(file: Path) -> Finding:
    name = printable(file)
    if not file.exists():
        return Finding("signals", name, "no file yet: predict --append makes it", "absent")
    try:
        rows = len(read_table(str(file), SIGNALS))
    except SignalcliError as error:
        return Finding("signals", name, error.message, "fault", "correct the line, or restore a copy")
    return Finding("signals", name, count(rows, "row"))
