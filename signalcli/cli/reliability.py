"""``signalcli reliability``: PREDICTIONS → how often what was said came true."""

from __future__ import annotations

from typing import Annotated, Literal

from signalcli.cli import options as o
from signalcli.cli.option import option
from signalcli.cli.streams import emit_seen, source
from signalcli.files import STDIO
from signalcli.specs.reliability import ReliabilitySpec

EdgesChoice = Literal["rows", "width"]
Bins = Annotated[int, option("--bins", help="Number of bins.")]
Edges = Annotated[EdgesChoice, option("--edges", help="Bins of equally many rows, or equally wide ones.")]
Plot = Annotated[
    str | None, option("--plot", help="Draw the reliability diagram there; .png or .svg.", metavar="FILE")
]
D = ReliabilitySpec()


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
    from signalcli.csvio import read_table
    from signalcli.judgement import reliability_table
    from signalcli.tables import PREDICTIONS

    spec = ReliabilitySpec(bins, edges)
    if plot is not None:
        from signalcli.report.figure import refuse_figure

        refuse_figure(plot)
    table = reliability_table(read_table(source(predictions, "PREDICTIONS", "fit"), PREDICTIONS), spec)
    if plot is not None:
        from signalcli.report.reliabilityfigure import draw_reliability

        draw_reliability(table, plot)

    def text(_colour: bool) -> str:
        from signalcli.report.reliabilitypicture import reliability_text

        return reliability_text(table)

    emit_seen(table, output, form, text)
