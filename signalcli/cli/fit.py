"""``signalcli fit``: FEATURES → PREDICTIONS."""

from __future__ import annotations

from pathlib import Path

import typer

from signalcli.cli import options as o
from signalcli.cli.ledger import keep_trials
from signalcli.cli.notes import NOTES
from signalcli.cli.progress import progress
from signalcli.cli.specs import fit_spec, fold_spec
from signalcli.cli.streams import emit, source
from signalcli.specs.execution import ExecutionSpec
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.specs.recipe import Recipe
from signalcli.specs.require import require

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
    from signalcli.walkforward import refit, walk_forward

    spec, cut = fit_spec(context), fold_spec(context)
    require(save is None or len(spec.models) == 1, "--save", save, "with one --model, not more")
    require(save is None or calibrate is None, "--save", save, "without --calibrate, which is not saved yet")
    require(save is None or coverage is None, "--save", save, "without --coverage, which is not saved yet")
    table = read_table(source(features, "FEATURES", "features"), FEATURES)
    with progress() as report:
        predictions = walk_forward(table, spec, cut, report, ExecutionSpec(jobs).jobs)
    keep_trials(ledger, table, predictions, Recipe(spec, cut))
    emit(predictions, output, form)
    if save is not None:
        from signalcli.bundle.save import save as save_fits

        for place in save_fits(list(refit(table, spec, cut)), table, Path(save), seed):
            NOTES.note(f"{place}: model written")
