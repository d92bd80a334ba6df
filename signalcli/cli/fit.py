"""``signalcli fit``: FEATURES → PREDICTIONS."""

from __future__ import annotations

import typer

from signalcli.cli import options as o
from signalcli.cli.ledger import keep_trials
from signalcli.cli.progress import progress
from signalcli.cli.saving import refuse_save, save_fits
from signalcli.cli.specs import fit_spec, fold_spec, made_with
from signalcli.cli.streams import emit, source
from signalcli.specs.execution import ExecutionSpec
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.specs.recipe import Recipe
from signalcli.specs.trading import TradingRule

D = FitSpec()


def fit(
    context: typer.Context,
    features: o.FeaturesFile = None,
    model: o.Models = ",".join(D.models),
    folds: o.Folds = FoldSpec.folds,
    gap: o.Gap = FoldSpec.gap,
    max_train: o.MaxTrain = FoldSpec.max_train,
    cv: o.Cv = FoldSpec.cv,
    embargo: o.Embargo = FoldSpec.embargo,
    refit_every: o.RefitEvery = FoldSpec.refit_every,
    test_groups: o.TestGroups = FoldSpec.test_groups,
    holdout: o.Holdout = None,
    open_holdout: o.OpenHoldout = FoldSpec.open_holdout,
    settings: o.Settings = None,
    pooled: o.Pooled = D.pooled,
    seed: o.Seed = D.random_state,
    seeds: o.Seeds = D.seeds,
    calibrate: o.Calibrate = None,
    coverage: o.Coverage = None,
    jobs: o.Jobs = ExecutionSpec.jobs,
    save: o.SaveFolder = None,
    spec_file: o.MadeWith = None,
    adjustment: o.Adjusted = None,
    ledger: o.Ledger = "default",
    output: o.Output = "-",
    form: o.Form = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    debug: o.Debug = False,
) -> None:
    """Write out-of-sample probabilities of models and baselines.

    \b
    signalcli fit features.csv --model ar,tree,lstm --folds 5 --set lstm.units=64 > predictions.csv
    signalcli fit features.csv --model lstm --save models/ibm > predictions.csv
    """
    from signalcli.csvio import read_table
    from signalcli.tables import FEATURES
    from signalcli.walkforward import walk_forward

    spec, cut = fit_spec(context), fold_spec(context)
    chosen = made_with(spec_file)
    refuse_save(save, spec)
    table = read_table(source(features, "FEATURES", "features"), FEATURES)
    with progress() as report:
        predictions = walk_forward(table, spec, cut, report, ExecutionSpec(jobs).jobs)
    keep_trials(ledger, table, predictions, Recipe(spec, cut))
    emit(predictions, output, form)
    if save is not None:
        from signalcli.bundle.describe import Origin

        origin = Origin(spec.random_state, chosen, adjustment, TradingRule(), predictions)
        save_fits(save, table, spec, cut, origin)
