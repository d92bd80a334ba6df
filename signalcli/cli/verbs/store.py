"""``signalcli store``: look into a store of bars, and clean it."""

from __future__ import annotations

import typer

from signalcli.cli.inputs import emit, emit_listing
from signalcli.cli.options import common as o
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig

D = FetchConfig()
DEFAULT = "default"

store = typer.Typer(
    help="Look into a store of bars (fetch --store makes one), and clean it.",
    rich_markup_mode=None,
)


@store.command("list")
def list_(
    folder: o.StoreFolder = DEFAULT,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """List the symbols that are stored, with their dates and sizes."""
    from signalcli.data.store.folders import existing
    from signalcli.data.store.listing import listing

    emit_listing(listing(existing(folder)), output, form)


@store.command()
def show(
    symbol: o.OneSymbol,
    folder: o.StoreFolder = DEFAULT,
    source: o.Source = D.source,
    interval: o.Interval = D.interval,
    adjust: o.Adjust = D.adjust,
    vintage: o.Vintage = None,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write the stored bars of a symbol, or those before a rewrite.

    \b
    signalcli store show IBM --store prices
    signalcli store show IBM --store prices --vintage 20240601T120000Z
    """
    from signalcli.data.store.folders import existing
    from signalcli.data.store.names import shelf_name
    from signalcli.data.store.shelf import Shelf

    wanted = FetchConfig(source=source, interval=interval, adjust=adjust)
    shelf = Shelf(existing(folder), shelf_name(wanted))
    emit(shelf.vintage(symbol, vintage) if vintage else shelf.bars([symbol]), output, form)


@store.command()
def vacuum(
    folder: o.StoreFolder = DEFAULT,
    vintages_before: o.VintagesBefore = None,
    wait: o.Wait = StoreConfig.wait,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Remove what killed runs left behind, and vintages from before a day; list what is gone."""
    from signalcli.data.store.folders import existing
    from signalcli.data.store.listing import vacuum as clean
    from signalcli.data.store.lock import locked

    root = existing(folder)
    with locked(root, wait):
        gone = clean(root, vintages_before.date() if vintages_before else None)
    emit_listing(gone, output, form)
