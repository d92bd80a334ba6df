"""``signalcli audit``: whether anything in a chain depends on later bars."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.console import console
from signalcli.cli.inputs import bars_input, fetch_bars
from signalcli.cli.options.complete import symbols as complete_symbols
from signalcli.cli.options.job import ENDING, take_job
from signalcli.cli.options.slots import Only
from signalcli.cli.options.spec import SpecFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing
from signalcli.cli.steps.fits.left_out import warn_of_bars
from signalcli.cli.steps.fits.models import load_models
from signalcli.config.audit import AuditConfig, AuditedFitConfig
from signalcli.config.checks import require
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.output import OutputConfig
from signalcli.config.run import RunConfig
from signalcli.config.saving import SaveConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import ParamsConfig
from signalcli.errors import CheckFailedError, printable
from signalcli.io.files import write_bytes

if TYPE_CHECKING:
    from signalcli.research.audit.audit import Audit

FROM_JOB = "bars of a job file"


def _take_bars(context: typer.Context, named: list[str] | None) -> list[str] | None:
    """Callback: a single ``….toml`` is a job file, whose settings become the defaults."""
    context.meta[FROM_JOB] = bool(named) and len(named or ()) == 1 and (named or [""])[0].endswith(ENDING)
    return take_job(context, named)


BarsOrJob = Annotated[
    list[str] | None,
    typer.Argument(
        help="BARS table, - for the pipe, or a job file (….toml). With --store: symbols.",
        metavar="BARS|JOB.toml",
        is_eager=True,
        callback=_take_bars,
        autocompletion=complete_symbols,
    ),
]


@verb
def audit(
    context: typer.Context,
    bars: BarsOrJob = None,
    auditing: AuditConfig = AuditConfig(),
    fetch: FetchConfig = FetchConfig(),
    features: FeatureConfig = FeatureConfig(),
    spec: SpecFile = None,
    fit: AuditedFitConfig = AuditedFitConfig(),
    params: ParamsConfig = ParamsConfig(),
    folds: FoldConfig = FoldConfig(),
    rule: TradingRule = TradingRule(),
    saving: Annotated[SaveConfig, Only("trust")] = SaveConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Prove that no row depends on later bars; exit 3 if one does.

    The chain is that of run, with the same options. Later bars are removed and changed; no earlier feature,
    prediction, position or return may move.

    \b
    signalcli audit bars.csv --model tree,lstm --sets lags,technical
    signalcli audit bars.csv --through './mine.py' --reads features
    signalcli audit bars.csv --model models/ibm
    signalcli audit --signals monday.csv --signals tuesday.csv
    """
    _refuse_unread(bars, auditing, _saved(fit))
    if auditing.self_test:
        _self_test(output)
    elif auditing.signals:
        _emit(_audit_signals(*auditing.signals), output)
    else:
        refuse_conflicts(fetch, features, fit, folds)
        symbols, source = _source(context, bars, fetch)
        table = fetch_bars(symbols, source).bars
        warn_of_bars(table, features)
        config = RunConfig(source, features, _models(fit), folds, rule)
        if folds.cv == "combinatorial":
            console.warn("combinatorial folds train on later dates by design: only test parts are changed")
        _emit(_audit_bars(table, config, auditing, _saved(fit), saving.trust), output)


def _refuse_unread(bars: list[str] | None, auditing: AuditConfig, saved: str | None) -> None:
    """Raise UsageError for what would not be looked at."""
    names = ",".join(auditing.signals)
    require(
        not (auditing.signals and (bars or auditing.self_test)), "--signals", names, "alone, without BARS"
    )
    require(not (auditing.self_test and bars), "--self-test", "", "alone, without BARS")
    text = auditing.through or ""
    require(saved is None or not text, "--through", text, "used with names of models, not with a saved one")


def _source(
    context: typer.Context, bars: list[str] | None, fetch: FetchConfig
) -> tuple[list[str], FetchConfig]:
    """Symbols and where their bars are: as a job file or --store says, else the table."""
    return (bars or [], fetch) if context.meta.get(FROM_JOB) else bars_input(bars, fetch)


def _saved(fit: AuditedFitConfig) -> str | None:
    """The folder of a saved model, if --model names one."""
    from signalcli.models.registry import ALIASES, MODELS

    name = fit.models[0]
    is_folder = ALIASES.get(name, name) not in MODELS and ("/" in name or Path(name).is_dir())
    return name if is_folder and len(fit.models) == 1 else None


def _models(fit: AuditedFitConfig) -> FitConfig:
    """The fit config of a run; the default models stand in for a saved one, which is not fitted."""
    from signalcli.cli.options.parameters import canonical_models

    values: dict[str, Any] = {f.name: getattr(fit, f.name) for f in fields(fit)}
    names = FitConfig().models if _saved(fit) else canonical_models(fit.models)
    return FitConfig(**values | {"models": names})


def _audit_bars(
    table: Any, config: RunConfig, auditing: AuditConfig, saved: str | None, trust: tuple[str, ...]
) -> Audit:
    from signalcli.research.audit.audit import audit as audit_chain
    from signalcli.research.audit.stages.chain import Program, make_chain
    from signalcli.research.audit.stages.saved_model import saved_chain

    if saved is not None:
        return audit_chain(saved_chain(load_models(saved, trust), table, config.features.plugins), table)
    program = None if auditing.through is None else Program(auditing.through, auditing.reads)
    return audit_chain(make_chain(config, program), table)


def _audit_signals(first: str, second: str) -> Audit:
    from signalcli.io.tables import read_table
    from signalcli.research.audit.audit import Audit
    from signalcli.research.audit.signals import KEYED, compare_signals

    names = (printable(first), printable(second))
    return Audit(compare_signals(read_table(first, KEYED), read_table(second, KEYED), names), [])


def _emit(found: Audit, output: OutputConfig) -> None:
    """Write the findings; raise CheckFailedError if there is one."""
    from signalcli.research.audit.finding import findings_table
    from signalcli.research.audit.report import to_json, unchecked_lines, verdict

    for line in unchecked_lines(found):
        console.warn(line)
    if output.chosen == "json":
        write_bytes(output.output, to_json(found))
    else:
        emit(findings_table(found.findings), output, lambda color: _text(found, color))
    if found.findings:
        first = found.findings[0]
        raise CheckFailedError("AUDIT-LEAK", f"{verdict(found)} {printable(first.message)}; {first.remedy}")
    console.note(verdict(found))


def _text(found: Audit, color: bool) -> str:
    from signalcli.report.text.audit import audit_text
    from signalcli.research.audit.finding import findings_table
    from signalcli.research.audit.report import LIMITS_LINE, coverage_lines, verdict

    rows = findings_table(found.findings).to_dict("records")
    return audit_text(rows, verdict(found), coverage_lines(found), LIMITS_LINE, color=color)


def _self_test(output: OutputConfig) -> None:
    """Write the table of the self-test; raise CheckFailedError for a leak missed or a false alarm."""
    from signalcli.features.build import processors
    from signalcli.research.audit.selftest.run import outcome_table, self_test

    outcomes = self_test(processors())
    emit_listing(outcome_table(outcomes), output)
    wrong = [f"{o.kind}: {o.name}" for o in outcomes if not o.ok]
    if wrong:
        raise CheckFailedError(
            "AUDIT-SELFTEST", f"{len(wrong)} of {len(outcomes)} cases: {'; '.join(wrong[:5])}"
        )
