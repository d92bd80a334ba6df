"""``signalcli confusion``: PREDICTIONS → confusion matrices."""

from __future__ import annotations

from signalcli.cli.inputs import PredictionsFile
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit_listing
from signalcli.cli.steps.predictions import read_predictions
from signalcli.config.output import OutputConfig


@verb
def confusion(predictions: PredictionsFile = None, output: OutputConfig = OutputConfig()) -> None:
    """Print the confusion matrix of each model.

    \b
    signalcli confusion predictions.csv
    """
    from signalcli.evaluation.confusion_table import confusion_table

    emit_listing(confusion_table(read_predictions(predictions)), output)
