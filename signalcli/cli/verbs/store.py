"""``signalcli store``: list a store of bars, print what it holds, and clean it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from signalcli.cli.options.command import VerbCommand
from signalcli.cli.options.complete import symbols as complete_symbols
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing
from signalcli.config.fetch import FetchConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.store import StoreConfig

store = typer.Typer(
    help="List a store of bars (fetch --store), print what it holds, and clean it.", rich_markup_mode=None
)
Folder = Annotated[
    str,
    Option(
        "Folder of the store; 'default' is in your data folder.",
        ("--store",),
        "DIR",
        heading="Input",
        complete="folders",
    ),
]


@store.command("list", cls=VerbCommand)
@verb
def list_(folder: Folder = "default", output: OutputConfig = OutputConfig()) -> None:
    """List the stored symbols with their dates and sizes."""
    from signalcli.data.store.folders import existing_store
    from signalcli.data.store.listing import list_store

    emit_listing(list_store(existing_store(folder)), output)


@store.command(cls=VerbCommand)
@verb
def show(
    symbol: Annotated[
        str, typer.Argument(help="A stored symbol.", metavar="SYMBOL", autocompletion=complete_symbols)
    ],
    folder: Folder = "default",
    reading: Annotated[FetchConfig, Only("source", "interval", "adjust")] = FetchConfig(),
    vintage: Annotated[
        str | None, Option("Bars as they were before the rewrite at this time.", metavar="TIME")
    ] = None,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Write the stored bars of a symbol, or a vintage of them.

    \b
    signalcli store show IBM --store prices
    signalcli store show IBM --store prices --vintage 20240601T120000Z
    """
    from signalcli.data.store.dataset import Dataset
    from signalcli.data.store.folders import existing_store
    from signalcli.data.store.names import dataset_name

    dataset = Dataset(existing_store(folder), dataset_name(reading))
    emit(dataset.vintage(symbol, vintage) if vintage else dataset.bars([symbol]), output)


@store.command(cls=VerbCommand)
@verb
def vacuum(
    folder: Folder = "default",
    vintages_before: Annotated[
        dt.date | None, Option("Also remove vintages older than this date.", metavar="DATE")
    ] = None,
    storing: Annotated[StoreConfig, Only("wait")] = StoreConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Remove what killed runs left behind, and old vintages; list what was removed."""
    from signalcli.data.store.folders import existing_store
    from signalcli.data.store.listing import vacuum as clean
    from signalcli.data.store.lock import lock_store

    root = existing_store(folder)
    with lock_store(root, storing.wait):
        removed = clean(root, vintages_before)
    emit_listing(removed, output)
