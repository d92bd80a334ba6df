"""``signalcli reproduce``: a published system → its figure, ours, and that of a naive forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.inputs import emit_listing
from signalcli.cli.options import common as o
from signalcli.cli.options.option import option
from signalcli.cli.parsing import names_of, parse_settings
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.fetch import FetchConfig
from signalcli.errors import UsageError
from signalcli.research.reproduce.systems import SYSTEMS, listed
from signalcli.research.reproduce.systems import reproduce as run
from signalcli.research.reproduce.systems import system as named

if TYPE_CHECKING:
    from signalcli.research.reproduce.outcome import Outcome

LIST, ALL = "list", "all"
STOCK = "ibm"  # the one system that reads bars

Name = Annotated[
    str, typer.Argument(help=f"{LIST}, {ALL}, or one of {', '.join(SYSTEMS)}.", metavar="SYSTEM")
]
Cell = Annotated[
    str, option("--cell", help="Variants, as rnn,lstm,gru; all without it.", metavar="NAME[,NAME…]")
]
Data = Annotated[
    str | None, option("--data", help="Daily bars for ibm instead of the sample's.", metavar="FILE")
]
Set = Annotated[
    list[str] | None,
    option("--set", help="Setting of a system, as wave.iterations=100.", metavar="SYSTEM.NAME=VALUE"),
]
Plot = Annotated[str | None, option("--plot", help="Draw the system there; .png or .svg.", metavar="FILE")]
Page = Annotated[
    str | None, option("--page", help="Write a Markdown page with table and pictures there.", metavar="FILE")
]


def reproduce(
    name: Name,
    cell: Cell = "",
    data: Data = None,
    settings: Set = None,
    seed: o.Seed = 0,
    plot: Plot = None,
    page: Page = None,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Run a published system: its figure, ours, that of a naive forecast, the seconds it took.

    \b
    signalcli reproduce list
    signalcli reproduce wave --cell lstm --plot wave.svg
    signalcli reproduce ibm --data IBM_2006-01-01_to_2018-01-01.csv --cell lstm
    signalcli reproduce all --page docs/reproduce.md
    """
    if name == LIST:
        import pandas as pd

        emit_listing(pd.DataFrame(listed()), output, form)
        return
    names = tuple(SYSTEMS) if name == ALL else (name,)
    _refuse(names, plot, page, data)
    wanted = parse_settings(settings or [], names)
    if stray := sorted(wanted.keys() - set(names)):
        raise UsageError("OPTION-VALUE", f"--set {stray[0]}.…: not reproduced here; {', '.join(names)} is")
    outcomes = {one: _outcome(one, names_of(cell), wanted.pop(one, {}), data, seed) for one in names}
    _write(outcomes, plot, page, output, form)


def _refuse(names: tuple[str, ...], plot: str | None, page: str | None, data: str | None) -> None:
    """What cannot be meant or drawn is said before anything runs."""
    for name in names:
        named(name)
    if data is not None and STOCK not in names:
        raise UsageError("OPTION-VALUE", f"--data {data}: only {STOCK} reads bars")
    if plot is not None or page is not None:
        from signalcli.report.figures.figure import refuse_figure

        refuse_figure(plot or "page.svg")
    if plot is not None and (len(names) > 1 or not SYSTEMS[names[0]].pictured):
        why = "use --page" if len(names) > 1 else "there is nothing to draw"
        raise UsageError("PLOT-SYSTEM", f"--plot {plot}: {', '.join(names)}; {why}")


def _outcome(
    name: str, cells: tuple[str, ...], settings: dict[str, Any], data: str | None, seed: int
) -> Outcome:
    NOTES.note(f"{name}: {SYSTEMS[name].summary}")
    return run(name, cells, settings, _bars(data) if name == STOCK else None, seed)


def _bars(data: str | None) -> Any:
    from signalcli.data.sources.sample import sample_file

    return fetched(["IBM"] if data is None else [], FetchConfig(source=data or sample_file())).bars


def _write(
    outcomes: dict[str, Outcome], plot: str | None, page: str | None, output: str, form: str | None
) -> None:
    from signalcli.research.reproduce.page import draw, write_page
    from signalcli.research.reproduce.systems import table

    if plot is not None:
        draw(next(iter(outcomes.values())), plot)
    if page is not None:
        write_page(outcomes, page)
    emit_listing(table(outcomes), output, form)
