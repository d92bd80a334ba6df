"""``signalcli reproduce``: a published system → its figure, ours, and that of a naive forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.console import console
from signalcli.cli.inputs import fetch_bars
from signalcli.cli.options.parameters import parse_parameters
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.plot import PlotFile, check_plot
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.errors import UsageError
from signalcli.research.reproduce import systems
from signalcli.research.reproduce.settings import IbmConfig, Repeats
from signalcli.research.reproduce.systems import SYSTEMS

if TYPE_CHECKING:
    from signalcli.research.reproduce.reproduction import Reproduction

LIST, ALL = "list", "all"
STOCK = "ibm"  # the one system that reads bars

Name = Annotated[
    str, typer.Argument(help=f"{LIST}, {ALL}, or one of {', '.join(SYSTEMS)}.", metavar="SYSTEM")
]

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Setting of a system, such as wave.iterations=100 (repeatable).",
        metavar="SYSTEM.NAME=VALUE",
        show_envvar=False,
        rich_help_panel="Options",
    ),
]


@verb
def reproduce(
    name: Name,
    cell: Annotated[
        tuple[str, ...], Option("Variants, such as rnn,lstm; empty means all.", metavar="NAME[,…]")
    ] = (),
    data: Annotated[
        str | None, Option("Daily bars for ibm instead of the sample.", metavar="FILE", complete="files")
    ] = None,
    settings: Settings = None,
    seed: Annotated[int, Option("Random seed.", minimum=0, maximum=2**32 - 1)] = 0,
    seeds: Annotated[
        int,
        Option("Number of random seeds, from --seed on; results are their means.", minimum=1, maximum=1000),
    ] = 1,
    keras: Annotated[bool, Option("Train the same networks in plain Keras, too.")] = False,
    plot: PlotFile = None,
    page: Annotated[
        str | None,
        Option(
            "Write a Markdown page with a table and figures.", metavar="FILE", heading="Output", writes=True
        ),
    ] = None,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Run a published system: its figure, ours, and that of a naive forecast.

    \b
    signalcli reproduce list
    signalcli reproduce wave --cell lstm --plot wave.svg
    signalcli reproduce ibm --data IBM_2006-01-01_to_2018-01-01.csv --cell lstm
    signalcli reproduce ibm --seeds 5 --keras
    signalcli reproduce all --page docs/reproduce.md
    """
    if name == LIST:
        import pandas as pd

        emit_listing(pd.DataFrame(systems.list_systems()), output)
        return
    names = tuple(SYSTEMS) if name == ALL else (name,)
    _check(names, plot, page, data)
    parameters = parse_parameters(settings or [], names)
    if others := sorted(parameters.keys() - set(names)):
        text = f"--set {others[0]}.…: must be for a system that is run: {', '.join(names)}"
        raise UsageError("OPTION-VALUE", text)
    repeats = Repeats(seeds, keras)
    results = {one: _run(one, cell, parameters.get(one, {}), data, seed, repeats) for one in names}
    _write(results, plot, page, output)


def _check(names: tuple[str, ...], plot: str | None, page: str | None, data: str | None) -> None:
    """Raise UsageError, before anything runs, for what cannot be run or drawn."""
    for name in names:
        systems.find_system(name)
    if data is not None and STOCK not in names:
        raise UsageError("OPTION-VALUE", f"--data {data}: only {STOCK} reads bars")
    check_plot(plot or (page and "page.svg"))
    if plot is not None and (len(names) > 1 or not SYSTEMS[names[0]].has_figure):
        hint = "use --page" if len(names) > 1 else "it has no figure"
        raise UsageError("PLOT-SYSTEM", f"--plot {plot}: {', '.join(names)}; {hint}")


def _run(
    name: str,
    cells: tuple[str, ...],
    settings: dict[str, Any],
    data: str | None,
    seed: int,
    repeats: Repeats,
) -> Reproduction:
    console.note(f"{name}: {SYSTEMS[name].summary}")
    bars = _bars(data, settings) if name == STOCK else None
    return systems.reproduce(name, cells, settings, bars, seed, repeats)


def _bars(data: str | None, settings: dict[str, Any]) -> Any:
    from signalcli.data.sources.sample import sample_file

    config = FetchConfig(source=data or sample_file())
    column = str(settings.get("column", IbmConfig.column))
    return fetch_bars(["IBM"] if data is None else [], config, columns=(column,)).bars


def _write(
    results: dict[str, Reproduction], plot: str | None, page: str | None, output: OutputConfig
) -> None:
    from signalcli.research.reproduce.page import draw, write_page
    from signalcli.research.reproduce.reproduction import to_table

    if plot is not None:
        draw(next(iter(results.values())), plot)
    if page is not None:
        write_page(results, page)
    emit_listing(to_table(results), output)
