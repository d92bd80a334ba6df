"""``signalcli fetch``: symbols → BARS."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from signalcli.cli.console import NOTES
from signalcli.cli.inputs import emit
from signalcli.cli.options import common as o
from signalcli.cli.options.assemble import fetch_spec
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig

if TYPE_CHECKING:
    from signalcli.data.sources.fetch import Fetched

D, S = FetchConfig(), StoreConfig()


def fetch(
    context: typer.Context,
    symbols: o.Symbols = None,
    source: o.Source = D.source,
    start: o.Start = None,
    end: o.End = None,
    interval: o.Interval = D.interval,
    adjust: o.Adjust = D.adjust,
    bad_rows: o.BadRows = D.bad_rows,
    strict: o.Strict = D.strict,
    date_format: o.DateFormat = D.date_format,
    gzip: o.Gzip = D.gzip,
    timeout: o.Timeout = D.timeout,
    include_unfinished: o.IncludeUnfinished = D.include_unfinished,
    rows: o.Rows = D.rows,
    seed: o.Seed = D.seed,
    settings: o.Settings = None,
    store: o.KeepStore = None,
    wait: o.Wait = S.wait,
    on_rewrite: o.OnRewrite = S.on_rewrite,
    overlap: o.Overlap = S.overlap,
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write bars from Yahoo, a CSV file, or a process with a known answer.

    \b
    signalcli fetch IBM AAPL --start 2015-01-01 > bars.csv
    signalcli fetch IBM AAPL --store prices --wait 60 > bars.csv
    signalcli fetch --source prices.csv
    signalcli fetch walk ar1 xor --source synthetic --rows 3000 --set ar1.phi=0.3
    """
    storing = StoreConfig(wait, on_rewrite, overlap) if store else None
    found = fetched(symbols or [], fetch_spec(context), storing)
    emit(found.bars, output, form)
    refuse_failures(found)


def fetched(symbols: list[str], config: FetchConfig, storing: StoreConfig | None = None) -> Fetched:
    """Fetch, and say on stderr what was dropped and which further symbols could not be had.

    With ``storing``, the store of ``spec`` is brought up to date first. Raises the first failure when there
    are no bars at all.
    """
    found = _found(symbols, config, storing)
    for text in found.warnings:
        NOTES.warn(text)
    for failure in found.failures[1:]:
        NOTES.error(failure.code, failure.message)
    if found.bars.empty:
        refuse_failures(found)
    return found


def _found(symbols: list[str], config: FetchConfig, storing: StoreConfig | None) -> Fetched:
    now = dt.datetime.now(dt.UTC)
    if storing is not None:
        from signalcli.data.update import update

        return update(symbols, config, storing, now)
    from signalcli.data.sources.fetch import fetch as fetch_bars

    return fetch_bars(symbols, config, now)


def refuse_failures(found: Fetched) -> None:
    """Raise the first failure, if there is one: what could be had is written by now."""
    if found.failures:
        raise found.failures[0]
