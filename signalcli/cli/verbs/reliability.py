"""``signalcli reliability``: PREDICTIONS → how often what was said came true."""

from __future__ import annotations

from typing import Annotated, Literal

from signalcli.cli.inputs import emit_seen, source
from signalcli.cli.options import common as o
from signalcli.cli.options.option import option
from signalcli.config.reliability import ReliabilityConfig
from signalcli.io.files import STDIO

EdgesChoice = Literal["rows", "width"]
Bins = Annotated[int, option("--bins", help="Number of bins.")]
Edges = Annotated[EdgesChoice, option("--edges", help="Bins of equally many rows, or equally wide ones.")]
Plot = Annotated[
    str | None, option("--plot", help="Draw the reliability diagram there; .png or .svg.", metavar="FILE")
]
D = ReliabilityConfig()


def reliability(
    predictions: o.PredictionsFile = None,
    bins: Bins = D.bins,
    edges: Edges = D.edges,
    plot: Plot = None,
    output: o.Output = STDIO,
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print how often what was said came true, by probability; a picture on a terminal.

    \b
    signalcli reliability predictions.csv --bins 20 --plot reliability.svg
    """
    from signalcli.evaluation.judgement import reliability_table
    from signalcli.io.csv import read_table
    from signalcli.schemas import PREDICTIONS

    config = ReliabilityConfig(bins, edges)
    if plot is not None:
        from signalcli.report.figures.figure import refuse_figure

        refuse_figure(plot)
    table = reliability_table(read_table(source(predictions, "PREDICTIONS", "fit"), PREDICTIONS), config)
    if plot is not None:
        from signalcli.report.figures.reliability import draw_reliability

        draw_reliability(table, plot)

    def text(_colour: bool) -> str:
        from signalcli.report.text.reliability import reliability_text

        return reliability_text(table)

    emit_seen(table, output, form, text)
