"""FEATURES × models × folds → PREDICTIONS, out of sample only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.schemas import PREDICTIONS, SEED_SIGN, check
from signalcli.training.estimators import check_settings
from signalcli.training.fits.data import FitData, fit_data
from signalcli.training.fits.fit import Fit, FitResult, fit_rows, run_fit
from signalcli.training.fits.table import predictions_table
from signalcli.training.fits.warned import warn_again
from signalcli.training.parallel import map_in_order
from signalcli.training.plan import FitTask, Plan, make_plan
from signalcli.training.progress import Progress, Step, Steps
from signalcli.training.seeds import seed_repeats, with_seed_names


def walk_forward(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    progress: Progress | None = None,
    jobs: int = 1,
    *,
    until: np.datetime64 | None = None,
    fit: Fit = fit_rows,
) -> pd.DataFrame:
    """PREDICTIONS of every model for every test row; the same bytes for any number of ``jobs``.

    Every bar from the first test row on has a row. Where an input of a model is unknown, the model does not
    train on the row and its probabilities are NaN. A row without a label yet is tested: its prediction is the
    newest signal. With several ``seeds``, a model that draws random numbers appears once
    per seed, as ``lstm@0``. With ``until`` only the folds are fitted whose test part starts by that date.
    ``fit`` fits every estimator: an audit passes one that remembers what it fitted.

    Raises
    ------
    DataError
        When there are too few usable rows, or a training part has one direction only.
    UsageError
        For an unknown model or parameter.
    """
    check_settings(config.every_model, config.settings)  # before the first fit
    if config.seeds == 1:
        return _walk_one_seed(features, config, folds, progress, jobs, until, fit)
    first, *others = (
        with_seed_names(_walk_one_seed(features, one, folds, progress, jobs, until, fit), one)
        for one in seed_repeats(config)
    )
    # without the baselines, which every walk contains
    others = [part[part["model"].str.contains(SEED_SIGN, regex=False)] for part in others]
    return check(pd.concat([first, *others], ignore_index=True), PREDICTIONS, "predictions")


def _walk_one_seed(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    progress: Progress | None,
    jobs: int,
    until: np.datetime64 | None,
    fit: Fit,
) -> pd.DataFrame:
    plan = make_plan(features, config, folds)
    tasks, data = _tasks_until(plan, until), fit_data(plan)
    results = list(_run_fits(plan, data, tasks, progress, jobs, fit))
    return predictions_table(plan, data, tasks, results)


def _tasks_until(plan: Plan, until: np.datetime64 | None) -> list[FitTask]:
    """The tasks whose test part starts by a date; all without one."""
    if until is None:
        return plan.tasks
    starts = [[group.rows["date"].to_numpy()[fold.test[0]] for fold in group.folds] for group in plan.groups]
    return [task for task in plan.tasks if starts[task.group][task.fold] <= until]


def _run_fits(
    plan: Plan, data: FitData, tasks: list[FitTask], progress: Progress | None, jobs: int, fit: Fit
) -> Iterator[FitResult]:
    """Results of one fit after the other, in the order of the tasks."""
    steps = Steps(progress, [_step(plan, task) for task in tasks])
    run = partial(run_fit, fit=fit)
    # only fits in this process report epochs; other processes report finished fits
    run = partial(run, epoch_callback=steps.epoch_done) if progress and jobs == 1 else run
    for result in map_in_order(run, data, tasks, jobs):
        warn_again(result.warned)
        steps.fit_done()
        yield result


def _step(plan: Plan, task: FitTask) -> Step:
    label, _, folds = plan.groups[task.group]
    return Step(label, task.model, folds[task.fold].number, len(folds), 0, 0)
