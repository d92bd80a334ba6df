"""``signalcli reliability``: PREDICTIONS → calibration curves."""

from __future__ import annotations

from signalcli.cli.inputs import PredictionsFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.plot import PlotFile, check_plot
from signalcli.cli.steps.predictions import read_predictions
from signalcli.config.output import OutputConfig
from signalcli.config.reliability import ReliabilityConfig


@verb
def reliability(
    predictions: PredictionsFile = None,
    config: ReliabilityConfig = ReliabilityConfig(),
    plot: PlotFile = None,
    output: OutputConfig = OutputConfig(),
) -> None:
    """Print the calibration curve of each model.

    \b
    signalcli reliability predictions.csv --bins 20 --plot reliability.svg
    """
    from signalcli.evaluation.reliability import reliability_table

    check_plot(plot)
    table = reliability_table(read_predictions(predictions), config)
    if plot is not None:
        from signalcli.report.figures.reliability import draw_reliability

        draw_reliability(table, plot)

    def text(color: bool) -> str:
        from signalcli.report.text.reliability import NUMBERS, WIDTH, reliability_text
        from signalcli.report.text.tables import line_width

        return reliability_text(table, max(min(WIDTH, line_width(color=color) - NUMBERS), 1))

    emit(table, output, text)
