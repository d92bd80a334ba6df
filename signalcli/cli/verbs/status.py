"""``signalcli status``: whether a nightly job is alive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.inputs import emit_listing
from signalcli.cli.options import common as o
from signalcli.cli.parsing import duration
from signalcli.config.quality import QualityConfig
from signalcli.errors import CheckFailedError, UsageError, printable

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.status import Watched

OF_JOB = {"store": "store", "append": "signals", "calendar": "calendar", "ledger": "ledger"}


def _take_job(context: typer.Context, file: str | None) -> str | None:
    """Callback: what the job file of ``run`` keeps is what is looked at; a flag comes before it."""
    if file is not None:
        from signalcli.cli.job_file import read_job

        found = read_job(file)
        context.default_map = {mine: found[key] for key, mine in OF_JOB.items() if key in found}
        context.default_map |= {"model": [found["save"]]} if "save" in found else {}
    return file


JobFile = Annotated[
    str | None,
    typer.Argument(
        help="Job file of run, which names the rest.", metavar="JOB.toml", is_eager=True, callback=_take_job
    ),
]


def status(
    job: JobFile = None,
    store: o.WatchedStore = None,
    model: o.WatchedModels = None,
    signals: o.WatchedSignals = None,
    ledger: o.Ledger = "default",
    calendar: o.Calendar = QualityConfig.calendar,
    as_of: o.StatusDay = None,
    max_age: o.StatusAge = None,
    stale: o.OnlyStale = False,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print how old bars, models and signals are, and who holds a lock; exit 3 if one is stale.

    Bars and signals are stale when a session before today is missing; without an exchange's --calendar, when
    two are, because nothing then knows holidays.

    \b
    signalcli status nightly.toml --calendar XNYS --stale
    signalcli status --store bars --model ibm --signals signals.csv
    """
    from signalcli.serving.status import status as look

    if store is None and not model and signals is None:
        raise UsageError("STATUS-NOTHING", "of what? --store, --model, --signals, or a job file")
    found = look(_watched(store, model or [], signals, ledger, calendar, as_of, max_age))
    shown = found[found["stale"] == 1] if stale else found
    if len(shown) or not stale:
        emit_listing(shown, output, form)
    _refuse_stale(found)


def _watched(
    store: str | None,
    models: list[str],
    signals: str | None,
    ledger: str,
    calendar: str,
    as_of: dt.datetime | None,
    max_age: str | None,
) -> Watched:
    from signalcli.data.store.folders import existing
    from signalcli.serving.status import Watched
    from signalcli.tracking.ledger import ledger_file

    return Watched(
        (as_of or dt.datetime.now(dt.UTC)).date(),
        existing(store) if store is not None else None,
        tuple(map(Path, models)),
        Path(signals) if signals is not None else None,
        ledger_file(ledger),
        calendar,
        duration("--max-age", max_age) if max_age is not None else None,
    )


def _refuse_stale(found: pd.DataFrame) -> None:
    """Raise CheckFailedError where something is stale; it is written by now."""
    old = found[found["stale"] == 1]
    if len(old):
        names = printable(
            ", ".join(f"{row.kind} {row.name_}" for row in old.rename(columns={"name": "name_"}).itertuples())
        )
        raise CheckFailedError("STATUS-STALE", f"{len(old)} of {len(found)} are stale: {names}")
