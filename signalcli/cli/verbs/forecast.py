"""``signalcli forecast``: BARS → FORECASTS of a column, and their errors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

from signalcli.cli.inputs import BarsOrSymbols, Reading, bars_input, fetch_bars
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit, emit_listing
from signalcli.cli.progress import progress
from signalcli.cli.steps.fits.left_out import warn
from signalcli.cli.steps.plot import PlotFile, check_plot
from signalcli.config.fetch import FetchConfig
from signalcli.config.forecast import ForecastConfig
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig
from signalcli.config.parallel import ParallelConfig
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd


@verb
def forecast(
    bars: BarsOrSymbols = None,
    config: ForecastConfig = ForecastConfig(),
    parallel: Annotated[ParallelConfig, Only("jobs")] = ParallelConfig(),
    metrics: Annotated[
        str | None,
        Option(
            "Write the METRICS table to this file; - writes it instead of FORECASTS.",
            metavar="FILE",
            heading="Output",
            complete="files",
            writes=True,
        ),
    ] = None,
    plot: PlotFile = None,
    reading: Reading = FetchConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Forecast the values of a column: one bar ahead, in blocks, or recursively.

    Models learn from the bars before --test-from. A terminal shows a picture and the errors, a pipe gets
    symbol, date, model, actual and forecast.

    \b
    signalcli forecast bars.csv --test-from 2012-01-01 --plot ibm.svg --metrics errors.csv > forecasts.csv
    signalcli forecast bars.csv --column high --model lstm --set lstm.layers=4 --set lstm.units=50 --steps 251
    signalcli forecast bars.csv --model gru --set gru.sequence=true --scale window --window 50 --block 50
    """
    from signalcli.evaluation.forecast_errors import forecast_errors
    from signalcli.training.forecast import forecast as training
    from signalcli.training.forecast.series import left_out

    check_plot(plot)
    rows = fetch_bars(*bars_input(bars, reading), columns=(config.column,)).bars
    if plot is not None:
        from signalcli.report.figures.figure import check_symbol_count
        from signalcli.report.figures.forecasts import draw_forecasts

        check_symbol_count(rows["symbol"].nunique())
    with progress() as report:
        table = training.forecast(rows, config, report, parallel.jobs)
    warn(left_out(rows, config))
    errors = forecast_errors(table)
    if plot is not None:
        draw_forecasts(table, errors, config, plot)
    if metrics is not None:
        emit_listing(errors, OutputConfig(metrics, output.chosen if metrics == STDIO else None))
    if metrics != STDIO or output.output != STDIO:
        emit(table, output, partial(_text, table, errors))


def _text(table: pd.DataFrame, errors: pd.DataFrame, color: bool) -> str:
    from signalcli.report.text.forecasts import forecasts_text

    return forecasts_text(table, errors, color=color)
