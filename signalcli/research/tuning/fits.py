"""The fits of a search. Each is a task of the walk-forward, so what serves that one serves the search too."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.errors import ConfigError, DataError, UsageError
from signalcli.research.tuning.space import Parameters
from signalcli.schemas import CLASS_COLUMNS
from signalcli.training.folds import Fold
from signalcli.training.plan import FitTask, Plan
from signalcli.training.walk_forward import fit_task


class Work(NamedTuple):
    """What every process needs: the outer folds, and the inner folds of each training part.

    ``inner[group][k]`` are the inner folds of outer fold ``k`` of a group, as positions in its rows; those of
    all its labeled rows are the last.
    """

    plan: Plan
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


def run_fit(work: Work, task: InnerFit | OuterFit) -> np.ndarray | pd.DataFrame | str:
    """Probabilities (n_rows, n_columns) of an inner fit, or why it failed; PREDICTIONS of an outer one."""
    if isinstance(task, OuterFit):
        return _fit(work.plan, task.group, work.plan.groups[task.group].folds, task)
    try:
        part = _fit(work.plan, task.group, work.inner[task.group][task.part], task)
    except (UsageError, DataError, ConfigError) as error:
        return error.message
    return part[[c for c in CLASS_COLUMNS.values() if c in part]].to_numpy("float64")


def with_parameters(config: FitConfig, model: str, parameters: Parameters) -> FitConfig:
    """The config with parameters of a model over those that it has."""
    own = {**config.settings.get(model, {}), **parameters}
    return replace(config, settings={**config.settings, **({model: own} if own else {})})


def _fit(plan: Plan, group: int, folds: list[Fold], task: InnerFit | OuterFit) -> pd.DataFrame:
    config = with_parameters(plan.config, task.model, task.parameters)
    groups = [*plan.groups]
    groups[group] = groups[group]._replace(folds=folds)
    return fit_task(plan._replace(groups=groups, config=config), FitTask(group, task.fold, task.model))
