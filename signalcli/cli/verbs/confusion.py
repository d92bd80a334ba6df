"""``signalcli confusion``: PREDICTIONS → which direction was said of which."""

from __future__ import annotations

from signalcli.cli.inputs import emit_listing, source
from signalcli.cli.options import common as o
from signalcli.io.files import STDIO


def confusion(
    predictions: o.PredictionsFile = None,
    output: o.Output = STDIO,
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print how often each direction was said of each, by model.

    \b
    signalcli confusion predictions.csv
    """
    from signalcli.evaluation.judgement import confusion_table
    from signalcli.io.csv import read_table
    from signalcli.schemas import PREDICTIONS

    table = read_table(source(predictions, "PREDICTIONS", "fit"), PREDICTIONS)
    emit_listing(confusion_table(table), output, form)
