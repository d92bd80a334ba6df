"""``signalcli folds``: FEATURES → the folds that fit would cut."""

from __future__ import annotations

import typer

from signalcli.cli.inputs import emit_seen, source
from signalcli.cli.options import common as o
from signalcli.cli.options.assemble import fold_spec
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.io.files import STDIO

D = FoldConfig()


def folds(
    context: typer.Context,
    features: o.FeaturesFile = None,
    folds: o.Folds = D.folds,
    gap: o.Gap = D.gap,
    max_train: o.MaxTrain = D.max_train,
    cv: o.Cv = D.cv,
    embargo: o.Embargo = D.embargo,
    refit_every: o.RefitEvery = D.refit_every,
    test_groups: o.TestGroups = D.test_groups,
    holdout: o.Holdout = None,
    open_holdout: o.OpenHoldout = D.open_holdout,
    pooled: o.Pooled = False,
    output: o.Output = STDIO,
    form: o.MetricsForm = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Print which dates each fold trains on and tests; a picture on a terminal.

    \b
    signalcli folds features.csv --cv rolling --refit-every month --holdout 2012-01-01
    """
    from signalcli.io.csv import read_table
    from signalcli.schemas import FEATURES
    from signalcli.training.fold_table import fold_table

    table = fold_table(
        read_table(source(features, "FEATURES", "features"), FEATURES),
        FitConfig(pooled=pooled),
        fold_spec(context),
    )

    def text(_colour: bool) -> str:
        from signalcli.report.text.folds import folds_text

        return folds_text(table)

    emit_seen(table, output, form, text)
