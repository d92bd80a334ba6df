"""``signalcli status``: whether a nightly job is alive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.targets import JobFile, ModelFolders, SignalsFile, StoreFolder, job_settings
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.quality import QualityConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.span import duration
from signalcli.errors import CheckFailedError, UsageError, printable

if TYPE_CHECKING:
    import pandas as pd


@verb
def status(
    context: typer.Context,
    job: JobFile = None,
    store: StoreFolder = None,
    model: ModelFolders = None,
    signals: SignalsFile = None,
    ledger: Annotated[LedgerConfig, Only("ledger")] = LedgerConfig(),
    quality: Annotated[QualityConfig, Only("calendar", "as_of")] = QualityConfig(),
    saving: Annotated[SaveConfig, Only("trust")] = SaveConfig(),
    max_age: Annotated[
        str | None,
        Option(
            "A model is stale when its labels end longer ago, such as 30d.", metavar="SPAN", heading="Checks"
        ),
    ] = None,
    stale: Annotated[bool, Option("Print only what is stale; nothing when nothing is.")] = False,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Print the age of bars, models and signals, and who holds a lock; exit 3 if one is stale.

    Bars and signals are stale when a session before today is missing; without an exchange's --calendar, when
    two are, because holidays are not known then. The model of a job file with refit_after is stale when the
    next run would fit it again.

    \b
    signalcli status nightly.toml --calendar XNYS --stale
    signalcli status --store bars --model ibm --signals signals.csv
    """
    from signalcli.cli.steps.next_run import next_run
    from signalcli.data.store.folders import existing_store
    from signalcli.serving import status as serving
    from signalcli.tracking.ledger import ledger_file

    if store is None and not model and signals is None:
        raise UsageError(
            "STATUS-NOTHING", "nothing to check: give --store, --model, --signals, or a job file"
        )
    watched = serving.StatusTargets(
        quality.as_of or dt.datetime.now(dt.UTC).date(),
        existing_store(store) if store is not None else None,
        tuple(map(Path, model or [])),
        Path(signals) if signals is not None else None,
        ledger_file(ledger.ledger),
        quality.calendar,
        duration("--max-age", max_age) if max_age is not None else None,
        next_run(job_settings(context)),
        saving.trust,
    )
    table = serving.status(watched)
    shown = table[table["stale"] == 1] if stale else table
    if len(shown) or not stale:
        emit_listing(shown, output)
    _raise_stale(table)


def _raise_stale(table: pd.DataFrame) -> None:
    """Raise CheckFailedError naming what is stale: it is written by now."""
    stale = table[table["stale"] == 1]
    if len(stale):
        names = printable(
            ", ".join(f"{kind} {name}" for kind, name in zip(stale["kind"], stale["name"], strict=True))
        )
        raise CheckFailedError("STATUS-STALE", f"{len(stale)} of {len(table)} are stale: {names}")
