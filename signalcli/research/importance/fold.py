"""One fit of one fold of one model: what it measures of each feature and of its shuffled copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from signalcli.config.importance import ImportanceConfig
from signalcli.features.labels.overlap import label_reach
from signalcli.models.inputs import ModelInputs, select_inputs
from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.research.importance.attributions import ATTRIBUTIONS, mean_size
from signalcli.research.importance.permutation import permutation_importance
from signalcli.research.importance.scores import loss
from signalcli.research.importance.units import Unit, copy_of, dropped_from, make_units
from signalcli.research.importance.worlds import Fold, Task, World, make_worlds, order_rows
from signalcli.training.estimators import invalid_parameters, make_estimator
from signalcli.training.parallel import one_blas_thread
from signalcli.training.plan import Plan


class Draw(NamedTuple):
    """One measured value; ``copied`` if it is that of a shuffled copy."""

    symbol: str
    model: str
    fold: int
    copy: int
    method: str
    level: str
    feature: str
    columns: int
    copied: bool
    value: float
    rows: int


Target = tuple[Unit, bool]
"""A unit with the columns to measure, and whether these are shuffled copies; it keeps its name."""


class Fitted(NamedTuple):
    """A fitted model with its inputs, and their values on the test rows."""

    world: World
    inputs: ModelInputs
    estimator: Any
    X: np.ndarray

    def targets(self, units: Sequence[Unit]) -> Iterator[Target]:
        """Each unit, then its copy where the model reads one."""
        known = set(self.inputs.columns)
        for unit in units:
            yield unit, self.world.replaced
            copies = tuple(map(copy_of, unit.columns))
            if set(copies) <= known:
                yield unit._replace(columns=copies), True

    def places(self, unit: Unit) -> list[int]:
        """Positions of the columns of a unit."""
        return [self.inputs.columns.index(c) for c in unit.columns]


def measure_fold(shared: tuple[Plan, ImportanceConfig], task: Task) -> list[Draw]:
    """Values of every unit and of its shuffled copy, for one fit of one fold."""
    fold = Fold(*shared, task)
    with one_blas_thread(task.model):
        return [draw for world in make_worlds(fold) for draw in _measure(fold, world)]


def _measure(fold: Fold, world: World) -> Iterator[Draw]:
    inputs = select_inputs(world.features, fold.reads)
    if not len(world.test.y):
        return
    fitted = Fitted(world, inputs, _fit(fold, world, inputs), world.test.matrix(inputs.columns))
    real = [c for c in inputs.columns if c in fold.plan.columns]
    units = list(fitted.targets(make_units(real, fold.config.levels)))
    for method in fold.config.methods:
        values = (
            _permuted(fold, fitted, units) if method == "permutation" else _attributed(fitted, method, units)
        )
        for (unit, copied), value in zip(units, values, strict=False):  # a model may not have the method
            yield _draw(fold, method, unit, copied, value, len(fitted.X))
    yield from _ablated(fold, fitted)


def _permuted(fold: Fold, fitted: Fitted, units: Sequence[Target]) -> Iterator[float]:
    test = fitted.world.test
    for unit, _ in units:
        repeats = range(fold.config.repeats)
        orders = [order_rows(fold, test, "permutation", unit.name, repeat) for repeat in repeats]
        at, score = fitted.places(unit), fold.config.score
        yield float(permutation_importance(fitted.estimator, fitted.X, test.y, at, orders, score).mean())


def _attributed(fitted: Fitted, method: str, units: Sequence[Target]) -> Iterator[float]:
    values = ATTRIBUTIONS[method](fitted.estimator, fitted.X)
    if values is not None:
        yield from (mean_size(values, fitted.places(unit)) for unit, _ in units)


def _ablated(fold: Fold, fitted: Fitted) -> Iterator[Draw]:
    """How much worse the score gets when the model is fitted without the columns."""
    world, base = fitted.world, _loss(fold, fitted)
    for unit, copied in fitted.targets(dropped_from(fold.task.model, fold.plan.columns, fold.config.drop)):
        left = select_inputs([c for c in world.features if c not in unit.columns], fold.reads)
        without = Fitted(world, left, _fit(fold, world, left), world.test.matrix(left.columns))
        yield _draw(fold, "ablation", unit, copied, _loss(fold, without) - base, len(fitted.X))


def _loss(fold: Fold, fitted: Fitted) -> float:
    p = np.asarray(fitted.estimator.predict_proba(fitted.X))
    return loss(fold.config.score, p, fitted.world.test.y, fitted.estimator.classes_)


def _fit(fold: Fold, world: World, inputs: ModelInputs) -> Any:
    estimator = make_estimator(fold.task.model, fold.plan.config, inputs, label_reach(fold.group.rows))
    with invalid_parameters(fold.task.model):
        fit_with_weights(estimator, world.train.matrix(inputs.columns), world.train.y, world.train.weight)
    return estimator


def _draw(fold: Fold, method: str, unit: Unit, copied: bool, value: float, rows: int) -> Draw:
    task, (label, _, folds) = fold.task, fold.group
    return Draw(
        label,
        task.model,
        folds[task.fold].number,
        task.copy,
        method,
        unit.level,
        unit.name,
        len(unit.columns),
        copied,
        value,
        rows,
    )
