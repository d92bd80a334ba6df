"""``signalcli runs``: look into the ledger of fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from signalcli.cli.inputs import emit, emit_listing
from signalcli.cli.options import common as o
from signalcli.cli.progress import progress
from signalcli.cli.steps.rerun import features_of, recipe_of, refuse_difference
from signalcli.config.execution import ExecutionConfig

if TYPE_CHECKING:
    import pandas as pd

DEFAULT = "default"
FURTHER = ("calibrate", "coverage")  # settings that are in the recipe alone

runs = typer.Typer(
    help="Look into the ledger: every fit that was tried (fit and run write it).",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@runs.command("list")
def list_(
    ledger: o.Ledger = DEFAULT,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """List the runs, the earliest first."""
    from signalcli.tracking.ledger import entries, ledger_file

    by_run: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(ledger_file(ledger)):
        by_run.setdefault(entry["run"], []).append(entry)
    emit_listing(_table([_summary(fits) for fits in by_run.values()]), output, form)


@runs.command()
def show(
    run: o.RunName,
    ledger: o.Ledger = DEFAULT,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print the fits of a run with all that was decided and what came of it."""
    from signalcli.tracking.ledger import ledger_file, of_run

    emit_listing(_table(of_run(ledger_file(ledger), run)), output, form)


@runs.command()
def diff(
    run: o.RunName,
    other: o.RunName,
    ledger: o.Ledger = DEFAULT,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print what differs between two runs, fit by fit; nothing but the header when nothing does."""
    from signalcli.tracking.ledger import ledger_file, of_run

    first, second = (_by_fit(of_run(ledger_file(ledger), name)) for name in (run, other))
    rows = [
        {"symbol": fit[0], "model": fit[1], "what": what, "first": _text(a), "second": _text(b)}
        for fit in dict.fromkeys([*first, *second])
        for what, a, b in _differences(first.get(fit, {}), second.get(fit, {}))
    ]
    emit_listing(_table(rows, ["symbol", "model", "what", "first", "second"]), output, form)


@runs.command()
def verify(
    run: o.RunName,
    table: o.RunTable = None,
    store: o.Store = None,
    jobs: o.Jobs = ExecutionConfig.jobs,
    ledger: o.Ledger = DEFAULT,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Do a run again; exit 3 and the first stage whose bytes differ, if one does.

    Without a table the bars are fetched as they were then.

    \b
    signalcli runs verify 3f2a features.csv
    """
    from signalcli.tracking.ledger import ledger_file, of_run
    from signalcli.tracking.rerun import rerun

    kept = of_run(ledger_file(ledger), run)
    recipe = recipe_of(kept[0])
    features = features_of(recipe, {fit["symbol"] for fit in kept}, table, store)
    with progress() as report:
        rows = rerun(kept, features, recipe, report, ExecutionConfig(jobs).jobs)
    emit_listing(_table(rows), output, form)
    refuse_difference(kept[0], rows[-1])


@runs.command()
def export(
    ledger: o.Ledger = DEFAULT,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write every fit of the ledger as a table.

    \b
    signalcli runs export --output ledger.parquet
    """
    from signalcli.tracking.ledger import entries, ledger_file

    emit(_table(entries(ledger_file(ledger))), output, form)


def _summary(fits: list[dict[str, Any]]) -> dict[str, Any]:
    """One line of the list."""
    tried = [fit for fit in fits if not fit["baseline"]]
    first = fits[0]
    return {
        "run": first["run"],
        "made_at": first["made_at"],
        "symbols": ",".join(dict.fromkeys(fit["symbol"] for fit in fits)),
        "models": ",".join(dict.fromkeys(fit["model"] for fit in tried)),
        "seed": first["seed"],
        "best_sharpe_per_bar": max(
            (fit["sharpe"] for fit in tried if fit["sharpe"] is not None), default=None
        ),
        "opened": first["opened"],
    }


def _by_fit(fits: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(fit["symbol"], fit["model"]): _told(fit) for fit in fits}


def _told(fit: dict[str, Any]) -> dict[str, Any]:
    """What two runs are compared by: of the recipe, only what the ledger has no column for."""
    kept = json.loads(fit.get("recipe") or "{}").get("fit", {})
    return {k: v for k, v in fit.items() if k not in {"recipe", "stages"}} | {k: kept.get(k) for k in FURTHER}


def _differences(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    told = {"id", "run", "made_at", "symbol", "model"}
    names = [name for name in (first or second) if name not in told]
    return [(n, first.get(n), second.get(n)) for n in names if first.get(n) != second.get(n)]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _table(rows: list[dict[str, Any]], columns: list[str] | None = None) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)
