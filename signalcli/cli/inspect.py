"""``signalcli inspect``: bars → what models make of them. A flag a section; each is a table of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from signalcli.cli import options as o
from signalcli.cli.fetch import fetched
from signalcli.cli.option import option
from signalcli.cli.settings import names_of, parse_settings
from signalcli.cli.streams import bars_from, emit, on_terminal
from signalcli.errors import UsageError
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fetch import FetchSpec
from signalcli.specs.fit import FitSpec

if TYPE_CHECKING:
    import pandas as pd

Gradients = Annotated[
    bool, option("--gradients", help="How far back networks learn: the loss's gradient by lag.")
]

NETWORKS = ("rnn", "lstm", "gru")


def inspect(
    bars: o.BarsOrSymbols = None,
    gradients: Gradients = False,
    model: o.Models = ",".join(NETWORKS),
    settings: o.Settings = None,
    window: o.Window = FeatureSpec.window,
    horizon: o.Horizon = FeatureSpec.horizon,
    dead_zone: o.DeadZone = FeatureSpec.dead_zone,
    pooled: o.Pooled = FitSpec.pooled,
    seed: o.Seed = FitSpec.random_state,
    adjust: o.Adjust = FetchSpec.adjust,
    bad_rows: o.BadRows = FetchSpec.bad_rows,
    date_format: o.DateFormat = FetchSpec.date_format,
    store: o.Store = None,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Show what models make of bars.

    \b
    signalcli inspect --gradients bars.csv --window 20 --format table
    """
    if not gradients:
        raise UsageError("INSPECT-NOTHING", "what of them? --gradients")
    names = names_of(model)
    fitting = FitSpec(names, parse_settings(settings or [], names), pooled, seed)
    symbols, reading = bars_from(bars or [], FetchSpec(store=store))
    reading = replace(reading, adjust=adjust, bad_rows=bad_rows, date_format=date_format)
    making = FeatureSpec(window=window, horizon=horizon, dead_zone=dead_zone, sets=("lags",))
    _gradients(symbols, reading, making, fitting, output, form)


def _gradients(
    symbols: list[str],
    reading: FetchSpec,
    making: FeatureSpec,
    fitting: FitSpec,
    output: str,
    form: str | None,
) -> None:
    from signalcli.features.build import build
    from signalcli.inspection import gradients

    _emit(gradients(build(fetched(symbols, reading).bars, making), fitting), "share", output, form)


def _emit(table: pd.DataFrame, pictured: str, output: str, form: str | None) -> None:
    """Write a section: with a bar for each share where eyes read it, data anywhere else."""
    if form == "table" or (form is None and on_terminal(output)):
        from signalcli.files import write_bytes
        from signalcli.report.terminal import bar, listing_text

        rows = [{**row, pictured: bar(row[pictured])} for row in table.to_dict("records")]
        write_bytes(output, listing_text(rows, colour=on_terminal(output)).encode())
    else:
        emit(table, output, form)
