"""``signalcli inspect``: bars → what they are like, or how far back networks learn of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.inputs import bars_from, emit_seen
from signalcli.cli.options import common as o
from signalcli.cli.options.assemble import fetch_spec, fit_spec
from signalcli.cli.options.option import option
from signalcli.cli.parsing import names_of
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.statistics import SECTIONS, StatisticsConfig

if TYPE_CHECKING:
    import pandas as pd

Section = Annotated[str, option("--section", help=f"What to show: any of {','.join(SECTIONS)}.")]
Lags = Annotated[int, option("--lags", help="Highest lag of acf and pacf.")]
MaxOrder = Annotated[int, option("--max-order", help="Highest order of the AR models tried.")]
Plot = Annotated[
    str | None,
    option("--plot", help="Draw prices, returns, ACF and PACF there; .png or .svg.", metavar="FILE"),
]
Gradients = Annotated[
    bool, option("--gradients", help="Instead: how far back networks learn, the loss's gradient by lag.")
]

D = StatisticsConfig()
NETWORKS = ("rnn", "lstm", "gru")


def inspect(
    context: typer.Context,
    bars: o.BarsOrSymbols = None,
    section: Section = ",".join(D.sections),
    lags: Lags = D.lags,
    max_order: MaxOrder = D.max_order,
    calendar: o.Calendar = D.calendar,
    plot: Plot = None,
    gradients: Gradients = False,
    model: o.Models = ",".join(NETWORKS),
    settings: o.Settings = None,
    window: o.Window = FeatureConfig.window,
    horizon: o.Horizon = FeatureConfig.horizon,
    dead_zone: o.DeadZone = FeatureConfig.dead_zone,
    pooled: o.Pooled = FitConfig.pooled,
    seed: o.Seed = FitConfig.random_state,
    adjust: o.Adjust = FetchConfig.adjust,
    bad_rows: o.BadRows = FetchConfig.bad_rows,
    date_format: o.DateFormat = FetchConfig.date_format,
    gzip: o.Gzip = FetchConfig.gzip,
    store: o.Store = None,
    source: o.Source = FetchConfig.source,
    interval: o.Interval = FetchConfig.interval,
    output: o.Output = "-",
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Show what bars are like: span, gaps, returns, correlations, an AR model, memory.

    The options of models and features belong to --gradients.

    \b
    signalcli inspect bars.csv
    signalcli inspect bars.csv --section acf,pacf --lags 40 --plot acf.svg > correlations.csv
    signalcli inspect --gradients bars.csv --window 20 --format table
    """
    config = StatisticsConfig(names_of(section), lags, max_order, calendar, seed)
    symbols, reading = bars_from(bars or [], fetch_spec(context))
    if not gradients:
        _sections(symbols, reading, config, plot, output, form)
        return
    making = FeatureConfig(window=window, horizon=horizon, dead_zone=dead_zone, sets=("lags",))
    _gradients(symbols, reading, making, fit_spec(context), output, form)


def _sections(
    symbols: list[str],
    reading: FetchConfig,
    config: StatisticsConfig,
    plot: str | None,
    output: str,
    form: str | None,
) -> None:
    from signalcli.research.statistics.sections import inspect as numbers_of

    if plot is not None:
        from signalcli.report.figures.figure import refuse_figure

        refuse_figure(plot)
    bars = fetched(symbols, reading).bars
    if plot is not None:
        _draw(bars, config, plot)
    _emit_sections(numbers_of(bars, config), output, form)


def _draw(bars: pd.DataFrame, config: StatisticsConfig, plot: str) -> None:
    from signalcli.report.figures.statistics import draw_sections
    from signalcli.research.statistics.sections import inspect as numbers_of

    draw_sections(bars, numbers_of(bars, replace(config, sections=("acf", "pacf"))), plot)


def _emit_sections(table: pd.DataFrame, output: str, form: str | None) -> None:
    """Write the sections: a table each where eyes read them, one long table anywhere else."""

    def text(colour: bool) -> str:
        from signalcli.report.text.statistics import sections_text

        return sections_text(table, colour=colour)

    emit_seen(table, output, form, text)


def _gradients(
    symbols: list[str],
    reading: FetchConfig,
    making: FeatureConfig,
    fitting: FitConfig,
    output: str,
    form: str | None,
) -> None:
    from signalcli.features.build import build
    from signalcli.research.gradients import gradients

    _emit(gradients(build(fetched(symbols, reading).bars, making), fitting), "share", output, form)


def _emit(table: pd.DataFrame, pictured: str, output: str, form: str | None) -> None:
    """Write a section: with a bar for each share where eyes read it, data anywhere else."""

    def text(colour: bool) -> str:
        from signalcli.report.text.tables import bar, listing_text

        rows = [{**row, pictured: bar(row[pictured])} for row in table.to_dict("records")]
        return listing_text(rows, colour=colour)

    emit_seen(table, output, form, text)
