"""``signalcli folds``: FEATURES → the folds that fit would use."""

from __future__ import annotations

from typing import Annotated

from signalcli.cli.inputs import FeaturesFile, read
from signalcli.cli.options.slots import Only
from signalcli.cli.options.verb import verb
from signalcli.cli.outputs import emit
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

    table = fold_table(read(features, FEATURES), fit, folding)

    def text(color: bool) -> str:
        from signalcli.report.text.folds import NAME, WIDTH, folds_text
        from signalcli.report.text.tables import line_width

        return folds_text(table, max(min(WIDTH, line_width(color=color) - NAME), 1))

    emit(table, output, text)
