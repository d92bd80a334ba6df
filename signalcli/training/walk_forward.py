"""FEATURES × models × folds → PREDICTIONS, out of sample only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.schemas import PREDICTIONS, SEED_SIGN, check
from signalcli.training.cache.fits import FitCache
from signalcli.training.cluster.cluster import Cluster
from signalcli.training.cluster.spread import spread_over
from signalcli.training.estimators import check_settings
from signalcli.training.fits.data import FitData, fit_data
from signalcli.training.fits.fit import Fit, FitResult, run_fit
from signalcli.training.fits.table import predictions_table
from signalcli.training.fits.warned import warn_again
from signalcli.training.plan import FitTask, Plan, make_plan
from signalcli.training.progress import Progress, Step, Steps
from signalcli.training.seeds import seed_repeats, with_seed_names

if TYPE_CHECKING:
    from signalcli.models.base import EpochCallback


def walk_forward(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    progress: Progress | None = None,
    jobs: int = 1,
    *,
    until: np.datetime64 | None = None,
    fit: Fit = fit_with_weights,
    cache: FitCache | None = None,
    cluster: Cluster | None = None,
) -> pd.DataFrame:
    """PREDICTIONS of every model for every test row; the same bytes for any number of ``jobs``.

    Every bar from the first test row on has a row. Where an input of a model is unknown, the model does not
    train on the row and its probabilities are NaN. A row without a label yet is tested: its prediction is the
    newest signal. With several ``seeds``, a model that draws random numbers appears once
    per seed, as ``lstm@0``. With ``until`` only the folds are fitted whose test part starts by that date.
    ``fit`` fits every estimator: an audit passes one that remembers what it fitted. Fits that a
    ``cache`` holds are read, and the others are written to it. With a
    ``cluster`` its workers fit instead of ``jobs`` processes.

    Raises
    ------
    DataError
        When there are too few usable rows, or a training part has one direction only.
    UsageError
        For an unknown model or parameter.
    """
    check_settings(config.every_model, config.settings)  # before the first fit
    how = _Execution(progress, jobs, fit, cache, cluster)
    if config.seeds == 1:
        return _walk_one_seed(features, config, folds, until, how)
    first, *others = (
        with_seed_names(_walk_one_seed(features, one, folds, until, how), one) for one in seed_repeats(config)
    )
    # without the baselines, which every walk contains
    others = [part[part["model"].str.contains(SEED_SIGN, regex=False)] for part in others]
    return check(pd.concat([first, *others], ignore_index=True), PREDICTIONS, "predictions")


class _Execution(NamedTuple):
    """How the fits are done: who observes them, where, by what, and what is known already."""

    progress: Progress | None
    jobs: int
    fit: Fit
    cache: FitCache | None
    cluster: Cluster | None

    def results(
        self, data: FitData, tasks: list[FitTask], epoch_callback: EpochCallback
    ) -> Iterator[FitResult]:
        """Results in the order of the tasks."""
        run = partial(run_fit, fit=self.fit)
        # only fits in this process report epochs; other processes report finished fits
        watched = self.progress is not None and self.jobs == 1 and self.cluster is None
        run = partial(run, epoch_callback=epoch_callback) if watched else run
        spread = spread_over(self.jobs, self.cluster)
        if self.cache is None or (self.cluster is not None and not self.cluster.exact):
            return spread(run, data, tasks)
        return self.cache.results(data, tasks, lambda missing, done: spread(run, data, missing, done=done))


def _walk_one_seed(
    features: pd.DataFrame,
    config: FitConfig,
    folds: FoldConfig,
    until: np.datetime64 | None,
    how: _Execution,
) -> pd.DataFrame:
    plan = make_plan(features, config, folds)
    tasks, data = _tasks_until(plan, until), fit_data(plan)
    steps = Steps(how.progress, [_step(plan, task) for task in tasks])
    results = []
    for result in how.results(data, tasks, steps.epoch_done):
        warn_again(result.warned)
        steps.fit_done()
        results.append(result)
    return predictions_table(plan, data, tasks, results)


def _tasks_until(plan: Plan, until: np.datetime64 | None) -> list[FitTask]:
    """The tasks whose test part starts by a date; all without one."""
    if until is None:
        return plan.tasks
    starts = [[group.rows["date"].to_numpy()[fold.test[0]] for fold in group.folds] for group in plan.groups]
    return [task for task in plan.tasks if starts[task.group][task.fold] <= until]


def _step(plan: Plan, task: FitTask) -> Step:
    label, _, folds = plan.groups[task.group]
    return Step(label, task.model, folds[task.fold].number, len(folds), 0, 0)
