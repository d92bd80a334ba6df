"""FEATURES × search spaces → tuned PREDICTIONS, out of sample only, and the searches behind them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError
from signalcli.research.tuning.fits import CachedFits, OuterFit, SearchData, run_fit
from signalcli.research.tuning.inner import inner_config, inner_folds
from signalcli.research.tuning.samplers import make_sampler, number_of_trials
from signalcli.research.tuning.search import Search
from signalcli.research.tuning.space import Space
from signalcli.schemas import CLASS_COLUMNS, FITTED_BASELINES, PREDICTIONS, STATED
from signalcli.training.cache.fits import FitCache
from signalcli.training.cluster.cluster import Cluster
from signalcli.training.cluster.spread import spread_runner
from signalcli.training.estimators import check_settings
from signalcli.training.fits.data import FitData, fit_data
from signalcli.training.fits.table import predictions_table
from signalcli.training.fits.warned import warn_again
from signalcli.training.folds import Fold
from signalcli.training.plan import EVERY_SYMBOL, FitTask, Plan, make_plan

Run = Callable[[Sequence[Any]], list[Any]]


class Work(NamedTuple):
    """The outer folds, and the inner folds of each training part (`SearchData.inner`)."""

    plan: Plan
    inner: list[list[list[Fold]]]


class Stage(NamedTuple):
    """How far a search is: trials that were begun of all of them, and what is done now."""

    done: int
    total: int
    text: str


Observer = Callable[[Stage], None]


@dataclass(frozen=True)
class Tuned:
    """What a nested search found.

    Parameters
    ----------
    predictions : DataFrame
        PREDICTIONS of the outer test rows: every fold with its own parameters, and the baselines.
    searches : list of Search
        By symbol, outer fold and model.
    whole : list of Search
        By model, of all labeled rows; empty unless asked for.
    columns : list of str
        Features that the models could read.
    inner : FoldConfig
        The inner folds.
    left_out : tuple of str
        Why symbols are missing.
    in_time : bool
        False where the time limit ended the searches.
    """

    predictions: pd.DataFrame
    searches: list[Search]
    whole: list[Search]
    columns: list[str]
    inner: FoldConfig
    left_out: tuple[str, ...]
    in_time: bool


@dataclass(frozen=True)
class Tuning:
    """Settings of a nested search; ``whole`` adds a search of all labeled rows."""

    config: TuneConfig
    space: Space
    fit: FitConfig
    folds: FoldConfig
    rule: TradingRule
    whole: bool = False

    @property
    def inner(self) -> FoldConfig:
        """The inner folds."""
        return inner_config(self.folds, self.config)


def tune(
    features: pd.DataFrame,
    tuning: Tuning,
    observer: Observer | None = None,
    jobs: int = 1,
    clock: Callable[[], float] = time.monotonic,
    cache: FitCache | None = None,
    cluster: Cluster | None = None,
) -> Tuned:
    """Tune every outer fold on inner folds of its own training part; test it on its own rows.

    Parameters
    ----------
    features : DataFrame
        FEATURES.
    tuning : Tuning
    observer : callable or None
        Told of every batch.
    jobs : int
        Number of processes; the result is the same for any.
    clock : callable
        Seconds, for the time limit. All searches go on side by side, so that a limit leaves each with the
        same number of trials.
    cache : FitCache or None
        Fits that it holds are read, so that an interrupted search goes on where it stopped.
    cluster : Cluster or None
        Workers that fit instead of processes of this machine; the result is the same.

    Raises
    ------
    DataError
        When there are too few rows for the folds, or no trial of a search can be fitted.
    UsageError
        For an unknown model or parameter, and a grid that is not tried whole.
    """
    fit = replace(tuning.fit, models=tuple(tuning.space))
    check_settings(fit.every_model, fit.settings)
    work, left_out = _plan(features, replace(tuning, fit=fit))
    searches, whole = list(_searches(work, tuning)), list(_whole_searches(work, tuning))
    data = SearchData(fit_data(work.plan), work.inner)
    with _runner(data, jobs, cache, cluster) as run:
        in_time = _search(run, [*searches, *whole], tuning, observer, clock)
        tasks = list(_outer_tasks(work, searches))
        if observer:
            observer(Stage(1, 1, f"{len(tasks)} outer fits"))
        predictions = _predictions(work.plan, data.data, tasks, run(tasks))
    return Tuned(predictions, searches, whole, work.plan.columns, tuning.inner, left_out, in_time)


@contextmanager
def _runner(data: SearchData, jobs: int, cache: FitCache | None, cluster: Cluster | None) -> Iterator[Run]:
    """Yield what gives the results of tasks; no cache where workers compute with other instructions."""
    with spread_runner(run_fit, data, jobs, cluster) as run:
        if cache is None or (cluster is not None and not cluster.exact):
            yield lambda tasks: list(run(tasks))
        else:
            cached = CachedFits(data, run, cache)
            yield lambda tasks: list(cached(tasks))


def _predictions(plan: Plan, data: FitData, tasks: list[OuterFit], results: Sequence[Any]) -> pd.DataFrame:
    """PREDICTIONS of the outer fits, after their warnings."""
    warn_again(one for result in results for one in result.warned)
    fits = [FitTask(task.group, task.fold, task.model) for task in tasks]
    return predictions_table(plan, data, fits, results)


def _plan(features: pd.DataFrame, tuning: Tuning) -> tuple[Work, tuple[str, ...]]:
    """The outer and inner folds; symbols with too few rows are left out, unless none remains."""
    plan = make_plan(features, tuning.fit, tuning.folds)
    groups, inner, faults = [], [], []
    for group in plan.groups:
        try:
            inner.append(inner_folds(plan, group, tuning.inner))
            groups.append(group)
        except DataError as fault:
            faults.append(fault)
    if faults and (tuning.fit.require_all or not groups):
        raise faults[0]
    return Work(plan._replace(groups=groups), inner), (*plan.left_out, *(f.message for f in faults))


def _searches(work: Work, tuning: Tuning) -> Iterator[Search]:
    """A search for each symbol, outer fold and model."""
    for number, group in enumerate(work.plan.groups):
        for k, fold in enumerate(group.folds):
            for model in tuning.space:
                yield _search_of(work, tuning, model, group.label, fold.number, [(number, k)])


def _whole_searches(work: Work, tuning: Tuning) -> Iterator[Search]:
    """A search of each model over all symbols, because a file of parameters knows no symbol."""
    parts = [(number, len(group.folds)) for number, group in enumerate(work.plan.groups)]
    label = work.plan.groups[0].label if len(parts) == 1 else EVERY_SYMBOL
    for model in tuning.space if tuning.whole else ():
        yield _search_of(work, tuning, model, label, None, parts)


def _search_of(
    work: Work, tuning: Tuning, model: str, label: str, fold: int | None, parts: list[tuple[int, int]]
) -> Search:
    space = tuning.space[model]
    sampler = make_sampler(tuning.config, space, seed_of(tuning.fit.random_state, model))
    rows = [_test_rows(work, parts, step) for step in range(len(work.inner[parts[0][0]][parts[0][1]]))]
    return Search(
        model, label, fold, parts, rows, _class_columns(work.plan), space, sampler, tuning.config, tuning.rule
    )


def seed_of(seed: int, model: str) -> int:
    """Seed of the sampler: the same for every fold, so that all of them try the same random points."""
    return int.from_bytes(hashlib.sha256(f"{seed} {model}".encode()).digest()[:4], "big")


def _test_rows(work: Work, parts: list[tuple[int, int]], step: int) -> pd.DataFrame:
    """Test rows of an inner fold, part after part, with its number."""
    tables = []
    for group, part in parts:
        rows, fold = work.plan.groups[group].rows, work.inner[group][part][step]
        carried = [c for c in (*PREDICTIONS.columns, *STATED) if c in rows]
        tables.append(rows.iloc[fold.test][carried].assign(fold=fold.number))
    return pd.concat(tables, ignore_index=True)


def _class_columns(plan: Plan) -> tuple[str, ...]:
    shown = plan.classes[::-1] if len(plan.classes) == 3 else plan.classes[1:]
    return tuple(c for c in CLASS_COLUMNS.values() if c in {CLASS_COLUMNS[k] for k in shown})


def _search(
    run: Run, searches: list[Search], tuning: Tuning, observer: Observer | None, clock: Callable[[], float]
) -> bool:
    """Run all searches side by side, batch by batch; return False if the time limit ended them."""
    end = None if tuning.config.seconds is None else clock() + tuning.config.seconds
    total = sum(number_of_trials(tuning.config, tuning.space[s.model]) for s in searches)
    while sum(search.start_batch() for search in searches):
        _run_batch(run, searches, tuning.config.inner_folds, observer, total)
        if end is not None and clock() >= end:
            return all(not search.sampler.ask(1) for search in searches)
    return True


def _run_batch(
    run: Run, searches: list[Search], inner_folds: int, observer: Observer | None, total: int
) -> None:
    for step in range(inner_folds):
        if observer:
            begun = sum(len(search.trials) for search in searches)
            observer(Stage(begun, total, f"{begun:,} of {total:,} trials, inner fold {step + 1}"))
        tasks = [search.tasks(step) for search in searches]
        results = iter(run([task for of_search in tasks for task in of_search]))
        for search, of_search in zip(searches, tasks, strict=True):
            search.take(step, [next(results) for _ in of_search])
    for search in searches:
        search.finish_batch()


def _outer_tasks(work: Work, searches: list[Search]) -> Iterator[OuterFit]:
    """The fits of the outer folds: baselines, and every model with the chosen parameters of its fold."""
    best = {(*search.parts[0], search.model): search.chosen.parameters for search in searches}
    for number, group in enumerate(work.plan.groups):
        for k in range(len(group.folds)):
            models = [model for g, part, model in best if (g, part) == (number, k)]
            for model in dict.fromkeys((*models, *FITTED_BASELINES)):
                yield OuterFit(number, k, model, best.get((number, k, model), {}))
