"""The fits of a search. Each is a task of the walk-forward, so what serves that one serves the search too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from signalcli.config.fit import FitConfig
from signalcli.errors import ConfigError, DataError, UsageError
from signalcli.research.tuning.space import Parameters
from signalcli.training.cache.entry import Shape
from signalcli.training.cache.fits import CachedFit, FitCache, cached_fit
from signalcli.training.cache.keys import FitKeys, RowHashes
from signalcli.training.fits.data import FitData
from signalcli.training.fits.fit import FitResult
from signalcli.training.fits.fit import run_fit as fit_task
from signalcli.training.folds import Fold
from signalcli.training.plan import FitTask


class SearchData(NamedTuple):
    """What every process needs: the outer folds, and the inner folds of each training part.

    ``inner[group][k]`` are the inner folds of outer fold ``k`` of a group, as positions in its rows; those of
    all its labeled rows are the last.
    """

    data: FitData
    inner: list[list[list[Fold]]]


class InnerFit(NamedTuple):
    """A trial on one inner fold of ``inner[group][part]``."""

    group: int
    part: int
    fold: int
    model: str
    parameters: Parameters


class OuterFit(NamedTuple):
    """A model with its parameters on one outer fold; a baseline has none."""

    group: int
    fold: int
    model: str
    parameters: Parameters


TuningFit = InnerFit | OuterFit
_REFUSED = (UsageError, DataError, ConfigError)


def run_fit(search: SearchData, task: TuningFit) -> FitResult | str:
    """Probabilities of the test rows, or why an inner fit failed."""
    if isinstance(task, OuterFit):
        return fit_task(*_plain_fit(search, task))
    try:
        return fit_task(*_plain_fit(search, task))
    except _REFUSED as error:
        return error.message


def with_parameters(config: FitConfig, model: str, parameters: Parameters) -> FitConfig:
    """The config with parameters of a model over those that it has."""
    own = {**config.settings.get(model, {}), **parameters}
    return replace(config, settings={**config.settings, **({model: own} if own else {})})


def _plain_fit(search: SearchData, task: TuningFit) -> tuple[FitData, FitTask]:
    """The fit as one of a walk-forward with the parameters of the task."""
    groups = [*search.data.groups]
    folds = search.inner[task.group][task.part] if isinstance(task, InnerFit) else groups[task.group].folds
    groups[task.group] = groups[task.group]._replace(folds=folds)
    config = with_parameters(search.data.config, task.model, task.parameters)
    return search.data._replace(groups=groups, config=config), FitTask(task.group, task.fold, task.model)


class CachedFits:
    """The fits of a search through a cache: what it holds is read, the rest is fitted by ``run``.

    Parameters
    ----------
    search : SearchData
    run : callable
        From tasks and ``done`` to their results in order.
    cache : FitCache
    """

    def __init__(self, search: SearchData, run: Callable[..., Iterator[Any]], cache: FitCache) -> None:
        self._search, self._run, self._cache = search, run, cache
        self._rows: dict[tuple[int, int | None], RowHashes] = {}

    def __call__(self, tasks: Sequence[TuningFit]) -> Iterator[Any]:
        """Results in the order of the tasks."""
        places = [self._place(task) for task in tasks]
        return self._cache.through(
            places, lambda missing, done: self._run([tasks[number] for number in missing], done=done)
        )

    def _place(self, task: TuningFit) -> CachedFit:
        """Where the result is kept; nowhere for parameters that the model refuses."""
        data, plain = _plain_fit(self._search, task)
        part = task.part if isinstance(task, InnerFit) else None
        try:
            return cached_fit(FitKeys(data, self._rows.setdefault((task.group, part), {})), plain)
        except _REFUSED:
            return CachedFit(None, task.model, Shape(0, 0, bands=False))
