"""``signalcli inspect``: statistics of bars, or how far back networks learn from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from signalcli.cli.inputs import BarsOrSymbols, Reading, bars_input, fetch_bars
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.plot import PlotFile, check_plot
from signalcli.config.checks import require
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.statistics import StatisticsConfig

NETWORKS, ONLY_LAGS = FitConfig(models=("rnn", "lstm", "gru")), FeatureConfig(sets=("lags",))


@verb
def inspect(
    bars: BarsOrSymbols = None,
    config: StatisticsConfig = StatisticsConfig(),
    plot: PlotFile = None,
    gradients: Annotated[
        bool, Option("Instead: how far back networks learn, by the gradient of the loss at each lag.")
    ] = False,
    fit: Annotated[FitConfig, Only("models", "settings", "pooled", "random_state")] = NETWORKS,
    features: Annotated[FeatureConfig, Only("window", "horizon", "dead_zone")] = ONLY_LAGS,
    reading: Reading = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Print statistics of bars: span, gaps, returns, autocorrelation, long memory.

    The options of models and features belong to --gradients.

    \b
    signalcli inspect bars.csv
    signalcli inspect bars.csv --section acf,pacf --lags 40 --plot acf.svg > correlations.csv
    signalcli inspect --gradients bars.csv --window 20 --format table
    """
    _refuse_unread(config, plot, fit, features, gradients=gradients)
    symbols, source = bars_input(bars, reading)
    if gradients:
        _gradients(symbols, source, features, fit, output)
    else:
        _sections(symbols, source, config, plot, output)


def _refuse_unread(
    config: StatisticsConfig, plot: str | None, fit: FitConfig, features: FeatureConfig, *, gradients: bool
) -> None:
    """Raise UsageError for options of the other one of the two tables that this verb prints."""
    if gradients:
        flags = "--section, --lags, --max-order, --calendar, --plot"
        unread = replace(config, random_state=0) != StatisticsConfig() or plot is not None
        require(not unread, flags, "", "left out with --gradients")
    else:
        flags = "--model, --set, --pooled, --window, --horizon, --dead-zone"
        unread = replace(fit, random_state=0) != NETWORKS or features != ONLY_LAGS
        require(not unread, flags, "", "used with --gradients")


def _sections(
    symbols: list[str], reading: FetchConfig, config: StatisticsConfig, plot: str | None, output: OutputConfig
) -> None:
    from signalcli.research.statistics.describe import describe_bars

    check_plot(plot)
    bars = fetch_bars(symbols, reading).bars
    if plot is not None:
        from signalcli.report.figures.statistics import draw_statistics

        draw_statistics(bars, describe_bars(bars, replace(config, sections=("acf", "pacf"))), plot)
    table = describe_bars(bars, config)

    def text(color: bool) -> str:
        from signalcli.report.text.statistics import statistics_text

        return statistics_text(table, color=color)

    emit(table, output, text)


def _gradients(
    symbols: list[str], reading: FetchConfig, features: FeatureConfig, fit: FitConfig, output: OutputConfig
) -> None:
    from signalcli.features.build import build
    from signalcli.research.gradients import gradients_by_lag

    table = gradients_by_lag(build(fetch_bars(symbols, reading).bars, features), fit)

    def text(color: bool) -> str:
        from signalcli.report.text.tables import bar, listing_text

        rows = [{**row, "share": bar(row["share"])} for row in table.to_dict("records")]
        return listing_text(rows, color=color)

    emit(table, output, text)
