"""``signalcli fit``: FEATURES → PREDICTIONS."""

from __future__ import annotations

import typer

from signalcli.cli.inputs import emit, source
from signalcli.cli.options import common as o
from signalcli.cli.options.assemble import fit_spec, fold_spec, made_with
from signalcli.cli.progress import progress
from signalcli.cli.steps.ledger import keep_trials
from signalcli.cli.steps.save import refuse_save, save_fits
from signalcli.config.execution import ExecutionConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.tracking.recipe import Recipe

D = FitConfig()


def fit(
    context: typer.Context,
    features: o.FeaturesFile = None,
    model: o.Models = ",".join(D.models),
    folds: o.Folds = FoldConfig.folds,
    gap: o.Gap = FoldConfig.gap,
    max_train: o.MaxTrain = FoldConfig.max_train,
    cv: o.Cv = FoldConfig.cv,
    embargo: o.Embargo = FoldConfig.embargo,
    refit_every: o.RefitEvery = FoldConfig.refit_every,
    test_groups: o.TestGroups = FoldConfig.test_groups,
    holdout: o.Holdout = None,
    open_holdout: o.OpenHoldout = FoldConfig.open_holdout,
    settings: o.Settings = None,
    pooled: o.Pooled = D.pooled,
    seed: o.Seed = D.random_state,
    seeds: o.Seeds = D.seeds,
    calibrate: o.Calibrate = None,
    coverage: o.Coverage = None,
    jobs: o.Jobs = ExecutionConfig.jobs,
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
    from signalcli.io.csv import read_table
    from signalcli.schemas import FEATURES
    from signalcli.training.walk_forward import walk_forward

    config, cut = fit_spec(context), fold_spec(context)
    chosen = made_with(spec_file)
    refuse_save(save, config)
    table = read_table(source(features, "FEATURES", "features"), FEATURES)
    with progress() as report:
        predictions = walk_forward(table, config, cut, report, ExecutionConfig(jobs).jobs)
    keep_trials(ledger, table, predictions, Recipe(config, cut))
    emit(predictions, output, form)
    if save is not None:
        from signalcli.serving.bundle.describe import Origin

        origin = Origin(config.random_state, chosen, adjustment, TradingRule(), predictions)
        save_fits(save, table, config, cut, origin)
