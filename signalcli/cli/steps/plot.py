"""``--plot FILE``: the figure of a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from signalcli.cli.outputs import on_terminal, write_text
from signalcli.config.option import Option
from signalcli.config.output import OutputConfig, ReturnsConfig
from signalcli.config.plot import PlotConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError
from signalcli.io.files import STDIO

if TYPE_CHECKING:
    import pandas as pd

PlotFile = Annotated[
    str | None,
    Option(
        "Draw the figure to this file (.png or .svg).",
        metavar="FILE",
        heading="Output",
        complete="files",
        writes=True,
    ),
]


def check_plot(plot: str | None) -> None:
    """Raise UsageError, before the work, for a figure that cannot be drawn."""
    if plot is not None:
        from signalcli.report.figures.figure import check_figure_path

        check_figure_path(plot)


def check_figure(plot: PlotConfig) -> None:
    """Raise UsageError, before the work, for a figure of results that cannot be drawn."""
    if plot.plot is not None and not plot.as_text:
        check_plot(plot.file)


def draw_results(
    plot: PlotConfig,
    usual: str,
    predictions: pd.DataFrame,
    rule: TradingRule,
    output: OutputConfig,
    **shown: Any,
) -> bool:
    """Draw a figure of PREDICTIONS, if asked for; return whether the table of the verb is to be written.

    ``shown`` are further fields of `Results`. A figure as text takes the place of the table on standard
    output. Raises UsageError and OutputError.
    """
    if plot.plot is None:
        return True
    from signalcli.backtesting.simulate import backtest
    from signalcli.report.results import Results

    _refuse_two_outputs(plot, output)
    results = Results(predictions, backtest(predictions, rule), rule, **shown)
    if plot.as_text:
        from signalcli.report.text.curves import curves_text

        text = curves_text(results, plot.figure(usual), color=on_terminal(STDIO))
        write_text(text, OutputConfig())
        return output.output != STDIO
    from signalcli.report.figures.picture import write_picture
    from signalcli.report.figures.results.catalogue import make_picture

    write_picture(make_picture(plot.figure(usual), results), plot.file)
    return True


def _refuse_two_outputs(plot: PlotConfig, output: OutputConfig) -> None:
    if plot.as_text and isinstance(output, ReturnsConfig) and output.returns == STDIO:
        raise UsageError(
            "PLOT-STDOUT", "--plot - and --returns - both write to standard output; name a file for one"
        )
