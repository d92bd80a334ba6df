"""``signalcli folds``: FEATURES → the folds that fit would use."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import FeaturesFile, read
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
from signalcli.cli.steps.fits.left_out import warn, warn_of_left_out
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.output import OutputConfig


@verb
def folds(
    features: FeaturesFile = None,
    folding: FoldConfig = FoldConfig(),
    fit: Annotated[FitConfig, Only("pooled")] = FitConfig(),
    output: OutputConfig = OutputConfig(),
) -> None:
    """Show the training and test dates of each fold.

    \b
    signalcli folds features.csv --cv rolling --refit-every month --holdout 2012-01-01
    """
    from signalcli.schemas import FEATURES
    from signalcli.training.fold_table import fold_table
    from signalcli.training.left_out import skipped

    rows = read(features, FEATURES)
    warn_of_left_out(rows, folding)
    table = fold_table(rows, fit, folding)
    warn(skipped(rows, table, fit, folding))

    def text(color: bool) -> str:
        from signalcli.report.text.folds import NAME, WIDTH, folds_text
        from signalcli.report.text.tables import line_width

        return folds_text(table, max(min(WIDTH, line_width(color=color) - NAME), 1))

    emit(table, output, text)
