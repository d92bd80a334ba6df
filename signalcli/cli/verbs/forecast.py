"""``signalcli forecast``: BARS → FORECASTS of a column, and their errors."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from signalcli.cli.inputs import bars_from, emit_listing, emit_seen
from signalcli.cli.options import common as o
from signalcli.cli.options.option import option
from signalcli.cli.parsing import names_of, parse_settings
from signalcli.cli.progress import progress
from signalcli.cli.verbs.fetch import fetched
from signalcli.config.execution import ExecutionConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.forecast import ForecastConfig, Scale, Start
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

Forecasters = Annotated[
    str,
    option(
        "--model",
        "--models",
        "-m",
        help="Any of ar, rnn, lstm, gru, conv, mlp, tree (signalcli models --forecast); persistence stands "
        "beside them.",
        metavar="NAME[,NAME…]",
    ),
]
Column = Annotated[str, option("--column", help="Column whose next value is forecast.")]
Scaling = Annotated[
    Scale,
    option(
        "--scale",
        help="What networks and trees see: by the training part, as change from the first value of each "
        "window, or values as they stand.",
    ),
]
TestFrom = Annotated[
    dt.datetime | None, option("--test-from", help="First bar that is forecast.", formats=["%Y-%m-%d"])
]
TestShare = Annotated[float, option("--test-share", help="Last share of the bars, without --test-from.")]
StepsOption = Annotated[
    int | None,
    option("--steps", help="Forecast so many bars once, each from the forecasts before it.", metavar="N"),
]
Block = Annotated[int, option("--block", help="Start anew from true values every so many bars.", metavar="N")]
From = Annotated[Start, option("--from", envvar="SIGNALCLI_FORECAST_FROM", help="What --steps start from.")]
ErrorsFile = Annotated[
    str | None,
    option(
        "--metrics", help="Write the METRICS table there; - writes it instead of FORECASTS.", metavar="FILE"
    ),
]
Plot = Annotated[
    str | None, option("--plot", help="Draw actual and forecast there; .png or .svg.", metavar="FILE")
]

D = ForecastConfig()


def forecast(
    bars: o.BarsOrSymbols = None,
    model: Forecasters = ",".join(D.models),
    column: Column = D.column,
    window: o.Window = D.window,
    scale: Scaling = D.scale,
    test_from: TestFrom = None,
    test_share: TestShare = D.test_share,
    steps: StepsOption = None,
    block: Block = D.block,
    start: From = D.start,
    settings: o.Settings = None,
    seed: o.Seed = D.random_state,
    jobs: o.Jobs = ExecutionConfig.jobs,
    metrics: ErrorsFile = None,
    plot: Plot = None,
    adjust: o.Adjust = FetchConfig.adjust,
    bad_rows: o.BadRows = FetchConfig.bad_rows,
    date_format: o.DateFormat = FetchConfig.date_format,
    gzip: o.Gzip = FetchConfig.gzip,
    store: o.Store = None,
    source: o.Source = FetchConfig.source,
    interval: o.Interval = FetchConfig.interval,
    output: o.Output = STDIO,
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Forecast the values of a column: one bar ahead, in blocks, or from forecast to forecast.

    Models learn from the bars before --test-from. A terminal shows a picture and the errors, a pipe gets
    symbol, date, model, actual and forecast.

    \b
    signalcli forecast bars.csv --test-from 2012-01-01 --plot ibm.svg --metrics errors.csv > forecasts.csv
    signalcli forecast bars.csv --column high --model lstm --set lstm.layers=4 --set lstm.units=50 --steps 251
    signalcli forecast bars.csv --model gru --set gru.sequence=true --scale window --window 50 --block 50
    """
    names = names_of(model)
    config = ForecastConfig(
        names,
        parse_settings(settings or [], names),
        column,
        window,
        scale,
        test_from.date() if test_from else None,
        test_share,
        steps,
        block,
        start,
        seed,
    )
    if plot is not None:
        from signalcli.report.figures.figure import refuse_figure

        refuse_figure(plot)
    stored = FetchConfig(source=source, interval=interval, store=store)
    symbols, reading = bars_from(bars or [], stored)
    reading = replace(reading, adjust=adjust, bad_rows=bad_rows, date_format=date_format, gzip=gzip)
    _forecast(symbols, reading, config, ExecutionConfig(jobs), metrics, plot, output, form)


def _forecast(
    symbols: list[str],
    reading: FetchConfig,
    config: ForecastConfig,
    execution: ExecutionConfig,
    metrics: str | None,
    plot: str | None,
    output: str,
    form: o.TableFormat | None,
) -> None:
    from signalcli.evaluation.forecast_errors import forecast_errors
    from signalcli.training.forecast.forecast import forecast as forecasts_of

    bars = fetched(symbols, reading).bars
    if plot is not None:
        from signalcli.report.figures.forecasts import draw_forecasts, refuse_symbols

        refuse_symbols(bars["symbol"].nunique())
    with progress() as report:
        table = forecasts_of(bars, config, report, execution.jobs)
    errors = forecast_errors(table)
    if plot is not None:
        draw_forecasts(table, errors, config, plot)
    if metrics is not None:
        emit_listing(errors, metrics, None if metrics != STDIO else form)
    if metrics != STDIO or output != STDIO:
        _emit(table, errors, output, form)


def _emit(table: pd.DataFrame, errors: pd.DataFrame, output: str, form: o.TableFormat | None) -> None:
    """Write FORECASTS: as a picture with the errors where eyes see it, data anywhere else."""

    def text(colour: bool) -> str:
        from signalcli.report.text.forecasts import forecasts_text

        return forecasts_text(table, errors, colour=colour)

    emit_seen(table, output, form, text)
