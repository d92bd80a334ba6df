"""The fits of a search. Each is a task of the walk-forward, so what serves that one serves the search too."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from signalcli.config.fit import FitConfig
from signalcli.errors import ConfigError, DataError, UsageError
from signalcli.research.tuning.space import Parameters
from signalcli.training.cache.fits import FitCache
from signalcli.training.cache.folder import CacheFolder
from signalcli.training.fits.data import FitData
from signalcli.training.fits.fit import FitResult
from signalcli.training.fits.fit import run_fit as fit_task
from signalcli.training.folds import Fold
from signalcli.training.parallel import map_in_order
from signalcli.training.plan import FitTask


class SearchData(NamedTuple):
    """What every process needs: the outer folds, and the inner folds of each training part.

    ``inner[group][k]`` are the inner folds of outer fold ``k`` of a group, as positions in its rows; those of
    all its labeled rows are the last. Fits that the ``cache`` holds are read.
    """

    data: FitData
    inner: list[list[list[Fold]]]
    cache: CacheFolder | None = None


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


def run_fit(search: SearchData, task: InnerFit | OuterFit) -> FitResult | str:
    """Probabilities of the test rows, or why an inner fit failed."""
    if isinstance(task, OuterFit):
        return _fit(search, search.data.groups[task.group].folds, task)
    try:
        return _fit(search, search.inner[task.group][task.part], task)
    except (UsageError, DataError, ConfigError) as error:
        return error.message


def with_parameters(config: FitConfig, model: str, parameters: Parameters) -> FitConfig:
    """The config with parameters of a model over those that it has."""
    own = {**config.settings.get(model, {}), **parameters}
    return replace(config, settings={**config.settings, **({model: own} if own else {})})


def _fit(search: SearchData, folds: list[Fold], task: InnerFit | OuterFit) -> FitResult:
    """The fit with the parameters of the task, read from the cache where that holds it."""
    config = with_parameters(search.data.config, task.model, task.parameters)
    groups = [*search.data.groups]
    groups[task.group] = groups[task.group]._replace(folds=folds)
    data, one = search.data._replace(groups=groups, config=config), FitTask(task.group, task.fold, task.model)
    if search.cache is None:
        return fit_task(data, one)
    (result,) = FitCache(search.cache).results(
        data, [one], lambda missing, done: map_in_order(fit_task, data, missing, 1, done)
    )
    return result
