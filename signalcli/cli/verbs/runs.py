"""``signalcli runs``: the ledger of fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.options.command import VerbCommand
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing
from signalcli.cli.progress import progress
from signalcli.cli.steps.ledger import pools_of_table
from signalcli.cli.steps.rerun import check_same, features_of, recipe_of, refuse_own_models
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.output import LedgerConfig, OutputConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.config.universe import UniverseConfig
from signalcli.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

IN_RECIPE = ("calibrate", "coverage")  # settings for which the ledger has no column
IDENTITY = {"id", "run", "made_at", "symbol", "model"}

runs = typer.Typer(
    help="List, compare and repeat the fits in the ledger (fit and run write it).",
    rich_markup_mode=None,
    no_args_is_help=True,
)
RunName = Annotated[str, typer.Argument(help="A run, by the first characters of its name.", metavar="RUN")]
Ledger = Annotated[LedgerConfig, Only("ledger")]


@runs.command("list", cls=VerbCommand)
@verb
def list_(ledger: Ledger = LedgerConfig(), output: OutputConfig = OutputConfig()) -> None:
    """List the runs, the earliest first."""
    from signalcli.tracking.ledger import ledger_file, read_entries

    by_run: dict[str, list[dict[str, Any]]] = {}
    for entry in read_entries(ledger_file(ledger.ledger)):
        by_run.setdefault(entry["run"], []).append(entry)
    emit_listing(_table([_summary(fits) for fits in by_run.values()]), output)


@runs.command(cls=VerbCommand)
@verb
def show(run: RunName, ledger: Ledger = LedgerConfig(), output: OutputConfig = OutputConfig()) -> None:
    """Print the fits of a run with their settings and results."""
    from signalcli.tracking.ledger import ledger_file, read_run

    emit_listing(_table(read_run(ledger_file(ledger.ledger), run)), output)


@runs.command(cls=VerbCommand)
@verb
def diff(
    run: RunName, other: RunName, ledger: Ledger = LedgerConfig(), output: OutputConfig = OutputConfig()
) -> None:
    """Print the differences between two runs, fit by fit; only the header when there are none."""
    from signalcli.tracking.ledger import ledger_file, read_run

    first, second = (_by_fit(read_run(ledger_file(ledger.ledger), name)) for name in (run, other))
    rows = [
        {"symbol": fit[0], "model": fit[1], "what": what, "first": _text(a), "second": _text(b)}
        for fit in dict.fromkeys([*first, *second])
        for what, a, b in _differences(first.get(fit, {}), second.get(fit, {}))
    ]
    emit_listing(_table(rows, ["symbol", "model", "what", "first", "second"]), output)


@runs.command(cls=VerbCommand)
@verb
def verify(
    run: RunName,
    table: Annotated[
        str | None, typer.Argument(help="FEATURES or BARS of the run; - reads the pipe.", metavar="TABLE")
    ] = None,
    reading: Annotated[FetchConfig, Only("store")] = FetchConfig(),
    universe: UniverseConfig = UniverseConfig(),
    trusted: Annotated[FeatureConfig, Only("plugins")] = FeatureConfig(),
    parallel: Annotated[ParallelConfig, Only("jobs")] = ParallelConfig(),
    ledger: Ledger = LedgerConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Repeat a run; exit 3 naming the first stage that differs, if one does.

    Without a table the bars are fetched as they were then.

    \b
    signalcli runs verify 3f2a features.csv
    """
    from signalcli.tracking.ledger import ledger_file, read_run
    from signalcli.tracking.rerun import rerun

    fits = read_run(ledger_file(ledger.ledger), run)
    recipe = recipe_of(fits[0])
    recipe = replace(recipe, universe=universe.universe or recipe.universe)
    refuse_own_models(recipe, trusted.plugins)
    features = features_of(recipe, {fit["symbol"] for fit in fits}, table, reading.store, trusted.plugins)
    with progress() as report:
        rows = rerun(fits, features, recipe, report, parallel.jobs)
    emit_listing(_table(rows), output)
    check_same(fits[0], rows[-1])


@runs.command(cls=VerbCommand)
@verb
def trials(
    table: Annotated[
        str | None,
        typer.Argument(help="PREDICTIONS or RETURNS; - reads the pipe.", metavar="TABLE"),
    ] = None,
    ledger: Ledger = LedgerConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Print by how many trials a Sharpe ratio is deflated, and why: those on the market of a table, or all.

    \b
    signalcli runs trials predictions.csv
    """
    from signalcli.tracking.ledger import ledger_file
    from signalcli.tracking.trials import read_pools
    from signalcli.tracking.trials_table import trials_table

    file = ledger_file(ledger.ledger)
    pools = read_pools(file) if table is None else pools_of_table(file, table)
    emit_listing(trials_table(pools), output)


@runs.command("import", cls=VerbCommand)
@verb
def import_(
    other: Annotated[str, typer.Argument(help="Ledger to add, such as that of a colleague.", metavar="FILE")],
    ledger: Ledger = LedgerConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Add the fits of another ledger; nothing is replaced, and no fit is added twice.

    \b
    signalcli runs import colleague.sqlite
    """
    from pathlib import Path

    from signalcli.tracking.import_ledger import import_ledger
    from signalcli.tracking.ledger import ledger_file

    file = ledger_file(ledger.ledger)
    if file is None:
        raise UsageError("LEDGER-NONE", "no ledger to add to; name one with --ledger FILE")
    added, known = import_ledger(file, Path(other))
    emit_listing(_table([{"ledger": other, "added": added, "known": known}]), output)


@runs.command(cls=VerbCommand)
@verb
def export(ledger: Ledger = LedgerConfig(), output: OutputConfig = OutputConfig()) -> None:
    """Write every fit of the ledger as a table.

    \b
    signalcli runs export --output ledger.parquet
    """
    from signalcli.tracking.ledger import ledger_file, read_entries

    emit(_table(read_entries(ledger_file(ledger.ledger))), output)


def _summary(fits: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one line of the list."""
    models = [fit for fit in fits if not fit["baseline"]]
    first = fits[0]
    return {
        "run": first["run"],
        "made_at": first["made_at"],
        "symbols": " ".join(dict.fromkeys(fit["symbol"] for fit in fits)),
        "models": " ".join(dict.fromkeys(fit["model"] for fit in models)),
        "seed": first["seed"],
        "best_sharpe_per_bar": max(
            (fit["sharpe"] for fit in models if fit["sharpe"] is not None), default=None
        ),
        "opened": first["opened"],
    }


def _by_fit(fits: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(fit["symbol"], fit["model"]): _comparable(fit) for fit in fits}


def _comparable(fit: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a fit, and of its recipe the settings that have no column."""
    from signalcli.tracking.recipe import json_object

    recipe = json_object(fit.get("recipe")).get("fit", {})
    columns = {name: value for name, value in fit.items() if name not in {"recipe", "stages"}}
    return columns | {name: recipe.get(name) for name in IN_RECIPE}


def _differences(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    names = [name for name in (first or second) if name not in IDENTITY]
    return [(n, first.get(n), second.get(n)) for n in names if first.get(n) != second.get(n)]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _table(rows: list[dict[str, Any]], columns: list[str] | None = None) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)
