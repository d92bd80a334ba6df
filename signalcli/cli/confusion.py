"""``signalcli confusion``: PREDICTIONS → which direction was said of which."""

from __future__ import annotations

from signalcli.cli import options as o
from signalcli.cli.streams import emit_listing, source
from signalcli.files import STDIO


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
    from signalcli.csvio import read_table
    from signalcli.judgement import confusion_table
    from signalcli.tables import PREDICTIONS

    table = read_table(source(predictions, "PREDICTIONS", "fit"), PREDICTIONS)
    emit_listing(confusion_table(table), output, form)
