"""FEATURES × models × folds → PREDICTIONS, out of sample only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.universe import are_members
from signalcli.models.inputs import ModelInputs, select_inputs
from signalcli.models.meta.conformal import Conformal
from signalcli.models.registry import entry
from signalcli.schemas import BAND, CLASS_COLUMNS, PATH, PREDICTIONS, SEED_SIGN, WEIGHT, check
from signalcli.training.arrays import known_rows, weights
from signalcli.training.estimators import check_settings, fit_estimator, make_estimator
from signalcli.training.moments import moments
from signalcli.training.parallel import map_in_order, one_blas_thread
from signalcli.training.plan import FitTask, Plan, make_plan
from signalcli.training.progress import Progress, Step, Steps
from signalcli.training.seeds import seed_repeats, with_seed_names

if TYPE_CHECKING:
    from signalcli.models.base import EpochCallback

Fit = Callable[[Any, np.ndarray, np.ndarray, np.ndarray | None], Any]
"""From an unfitted estimator, X, y and sample weights to the fitted estimator."""


def fit_rows(estimator: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
    """The estimator, fitted on rows that are known when the test part starts."""
    fit_estimator(estimator, X, y, weight)
    return estimator


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
    parts = _run_fits(plan, _tasks_until(plan, until), progress, jobs, fit)
    predictions = pd.concat(parts, ignore_index=True)
    optional = [
        c
        for c in (*CLASS_COLUMNS.values(), BAND, PATH, *PREDICTIONS.optional)
        if c not in PREDICTIONS.columns
    ]
    columns = [*PREDICTIONS.columns, *(c for c in optional if c in predictions)]
    return check(predictions[columns], PREDICTIONS, "predictions")


def _tasks_until(plan: Plan, until: np.datetime64 | None) -> list[FitTask]:
    """The tasks whose test part starts by a date; all without one."""
    if until is None:
        return plan.tasks
    starts = [[group.rows["date"].to_numpy()[fold.test[0]] for fold in group.folds] for group in plan.groups]
    return [task for task in plan.tasks if starts[task.group][task.fold] <= until]


def _run_fits(
    plan: Plan, tasks: list[FitTask], progress: Progress | None, jobs: int, fit: Fit
) -> Iterator[pd.DataFrame]:
    """Predictions of one fit after the other, in the order of the tasks."""
    steps = Steps(progress, [_step(plan, task) for task in tasks])
    run = partial(_fit_task, fit=fit)
    # only fits in this process report epochs; other processes report finished fits
    run = partial(run, epoch_callback=steps.epoch_done) if progress and jobs == 1 else run
    for part in map_in_order(run, plan, tasks, jobs):
        steps.fit_done()
        yield part


def _step(plan: Plan, task: FitTask) -> Step:
    label, _, folds = plan.groups[task.group]
    return Step(label, task.model, folds[task.fold].number, len(folds), 0, 0)


def _fit_task(
    plan: Plan, task: FitTask, epoch_callback: EpochCallback | None = None, fit: Fit = fit_rows
) -> pd.DataFrame:
    """Predictions of one model for one fold."""
    _, rows, folds = plan.groups[task.group]
    fold = folds[task.fold]
    inputs = select_inputs(plan.columns, entry(task.model).reads)
    train, X = known_rows(rows, inputs, fold.train)
    estimator = make_estimator(task.model, plan.config, inputs, rows, epoch_callback)
    keys = {"model": task.model, "fold": fold.number}
    keys |= {PATH: fold.path} if fold.path is not None else {}
    with one_blas_thread(task.model):
        known = rows[["direction", *({WEIGHT} & set(rows))]].iloc[train]
        estimator = fit(estimator, X, known["direction"].to_numpy("int64"), weights(known))
        return _predict(estimator, rows, fold.test, inputs, plan.classes).assign(**keys)


def _predict(
    estimator: Any, rows: pd.DataFrame, test: np.ndarray, inputs: ModelInputs, classes: tuple[int, ...]
) -> pd.DataFrame:
    """The test rows with the probability of each class; NaN where an input is unknown, and for no member."""
    known, X = known_rows(rows, inputs, test[are_members(rows)[test]])
    forecast = np.isin(test, known)
    shown = classes[::-1] if len(classes) == 3 else classes[1:]
    p = np.where(forecast, 0.0, np.nan)[:, np.newaxis].repeat(len(shown), axis=1)
    band = np.full(len(test), estimator.band_ if isinstance(estimator, Conformal) else np.nan)
    if len(known):
        said = estimator.predict_proba(X).astype("float64")
        p_of_class = dict(zip(estimator.classes_, said.T, strict=True))
        p[forecast] = np.column_stack([p_of_class.get(c, np.zeros(len(known))) for c in shown])
        if isinstance(estimator, Conformal):
            band[forecast] = _bands(estimator, said, rows.iloc[known])
    carried = [c for c in (*PREDICTIONS.columns, *PREDICTIONS.optional) if c in rows]
    columns = {CLASS_COLUMNS[c]: p[:, i] for i, c in enumerate(shown)}
    bands = {BAND: band} if isinstance(estimator, Conformal) else {}
    return rows.iloc[test][carried].assign(**columns, **bands)


def _bands(estimator: Conformal, p: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """Band of each row; one that adapts depends on the outcomes known at its date."""
    if estimator.aci is None:
        return np.full(len(p), estimator.band_)
    directions = rows["direction"].to_numpy("float64", na_value=np.nan)
    known = moments(rows, rows["label_end"].to_numpy())
    return estimator.bands(p, directions, known.rows, known.labels)
