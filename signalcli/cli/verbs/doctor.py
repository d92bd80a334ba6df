"""``signalcli doctor``: whether installation, machine and files can do their work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_rows
from signalcli.cli.steps.targets import JobFile, ModelFolders, SignalsFile, StoreFolder, job_settings
from signalcli.cli.steps.variables import unknown_variables
from signalcli.config.option import Option
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.errors import CheckFailedError, count, printable, shortened

if TYPE_CHECKING:
    from signalcli.serving.doctor.finding import Finding

OUTPUTS = ("output", "returns", "append", "save", "report")  # keys of a job file that name what is written


@verb
def doctor(
    context: typer.Context,
    job: JobFile = None,
    store: StoreFolder = None,
    model: ModelFolders = None,
    signals: SignalsFile = None,
    ledger: Annotated[LedgerConfig, Only("ledger")] = LedgerConfig(),
    network: Annotated[bool, Option("Ask Yahoo for a few bars, too.")] = False,
    imports: Annotated[bool, Option("Load every library, too; takes half a minute.")] = False,
    problems: Annotated[bool, Option("Print warnings and faults only.")] = False,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Check the installation, the machine, folders and files; exit 3 if something cannot work.

    Versions, extras, folders and rights, clock, ledger, store, saved models: one line each, with what to do.
    Nothing is written, and nothing is asked of the network without --network.

    \b
    signalcli doctor
    signalcli doctor nightly.toml --network
    """
    from signalcli.report.text.findings import findings_text
    from signalcli.serving.doctor.diagnose import Targets, diagnose
    from signalcli.serving.doctor.finding import COLUMNS

    targets = Targets(
        ledger.ledger,
        store,
        tuple(map(Path, model or [])),
        Path(signals) if signals is not None else None,
        _outputs(job_settings(context)),
        network,
        imports,
    )
    findings = [*diagnose(targets, dt.datetime.now(dt.UTC)), *_variables()]
    rows = [vars(one) for one in findings if not problems or one.status in {"warning", "fault"}]
    emit_rows(
        [{name: row[name] for name in COLUMNS} for row in rows],
        COLUMNS,
        output,
        lambda _: findings_text(rows),
    )
    _raise_faults(findings)


def _outputs(job: dict[str, Any]) -> dict[str, Path]:
    """Return the folders into which the job writes, by the key of what is written."""
    return {
        key: Path(job[key]).parent for key in OUTPUTS if isinstance(job.get(key), str) and job[key] != "-"
    }


def _variables() -> list[Finding]:
    """Return a warning for each variable that looks like a setting and is none."""
    from signalcli.serving.doctor.finding import Finding

    text = "no option reads this variable"
    return [
        Finding("variable", printable(name), text, "warning", f"did you mean {near}?" if near else "unset it")
        for name, near in unknown_variables().items()
    ]


def _raise_faults(findings: list[Finding]) -> None:
    """Raise CheckFailedError naming what does not work: the table is written by now."""
    faults = [f"{one.check} {one.name}" for one in findings if one.status == "fault"]
    if faults:
        raise CheckFailedError("DOCTOR-FAULT", f"{count(len(faults), 'fault')}: {shortened(faults)}")
