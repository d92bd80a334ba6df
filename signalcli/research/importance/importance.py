"""FEATURES × models × folds → IMPORTANCE: every feature beside the floor of its shuffled copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.errors import UsageError, printable
from signalcli.models.inputs import select_inputs
from signalcli.models.registry import entry, is_own
from signalcli.research.importance.fold import Draw, measure_fold
from signalcli.research.importance.noise import noise_floor
from signalcli.research.importance.units import dropped_from, dropped_units, make_units
from signalcli.research.importance.worlds import Task
from signalcli.schemas import IMPORTANCE, check
from signalcli.training.estimators import check_settings
from signalcli.training.parallel import map_in_order
from signalcli.training.plan import Plan, make_plan
from signalcli.training.progress import Progress, Step, Steps

ENOUGH = 5  # shuffled copies of a level, where their number is not set
ABOVE, NOISE = "above", "noise"
TARGETS = {"contribution": "TreeClassifier", "gradient": "NetworkClassifier"}
NEEDED = {"contribution": "trees of LightGBM (tree)", "gradient": "networks (rnn, lstm, gru, conv, mlp)"}


class Measured(NamedTuple):
    """IMPORTANCE, and lines about what was not measured."""

    table: pd.DataFrame
    lines: list[str]


def importance(
    features: pd.DataFrame,
    fit: FitConfig,
    folds: FoldConfig | None = None,
    config: ImportanceConfig | None = None,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Measured:
    """IMPORTANCE of the features of each model, measured on the test rows of every fold.

    ``value`` is the rise of the score's loss (permutation, ablation), or the mean size of what the columns
    add to the log-odds (contribution, gradient); ``floor`` is `noise_floor` of the shuffled copies with as
    many columns, and ``verdict`` the side of it on which the value is. The baselines are not measured.

    Raises
    ------
    UsageError
        For a method that none of the models has, and a pattern that matches no feature.
    DataError
        As `signalcli.training.walk_forward.walk_forward` does.
    """
    config = config or ImportanceConfig()
    check_settings(fit.models, fit.settings)
    lines = _refuse_methods(fit, config)
    plan = make_plan(features, fit, folds or FoldConfig(), fit.models)
    lines += _not_dropped(plan, config)
    tasks = list(_tasks(plan, config))
    steps = Steps(progress, [_step(plan, task) for task in tasks])
    draws: list[Draw] = []
    for found in map_in_order(measure_fold, (plan, config), tasks, jobs):
        steps.fit_done()
        draws += found
    _refuse_unmeasured(draws, plan, config)
    table = _summarize(pd.DataFrame(draws, columns=Draw._fields), config)
    return Measured(table, [*plan.left_out, *lines, *_unmeasured(table, fit, config)])


def _refuse_methods(fit: FitConfig, config: ImportanceConfig) -> list[str]:
    """Lines about models without a method; UsageError where no model has it."""
    lines = []
    for method in (m for m in config.methods if m in TARGETS):
        without = [m for m in fit.models if not is_own(m) and entry(m).class_name != TARGETS[method]]
        if len(without) == len(fit.models):
            raise _no_model_has(method, without)
        lines += [f"{method} left out for {', '.join(without)}: needs {NEEDED[method]}"] if without else []
    return lines


def _refuse_unmeasured(draws: list[Draw], plan: Plan, config: ImportanceConfig) -> None:
    """Raise UsageError for a method that no model has; a model of one's own shows it by its fit."""
    measured = {draw.method for draw in draws}
    for method in (m for m in config.methods if m in TARGETS and m not in measured):
        raise _no_model_has(method, plan.config.models)


def _no_model_has(method: str, models: Sequence[str]) -> UsageError:
    names = printable(", ".join(models))
    return UsageError(
        "IMPORTANCE-METHOD", f"--method {method}: none of {names} has it; it needs {NEEDED[method]}"
    )


def _not_dropped(plan: Plan, config: ImportanceConfig) -> list[str]:
    """Lines about models that cannot be fitted without features; UsageError where no model can."""
    named, lines = [unit.name for unit in dropped_units(plan.columns, config.drop)], []
    for model in plan.config.models:
        can = {unit.name for unit in dropped_from(model, plan.columns, config.drop)}
        missing = [printable(name) for name in named if name not in can]
        lines += (
            [f"--drop {', '.join(missing)} left out for {printable(model)}: not read, or all"]
            if missing
            else []
        )
    if named and not config.methods and len(lines) == len(plan.config.models):
        raise UsageError("IMPORTANCE-DROP", f"{lines[0]} that it reads; drop fewer features")
    return lines


def _unmeasured(table: pd.DataFrame, fit: FitConfig, config: ImportanceConfig) -> list[str]:
    """Lines about models of one's own without a method, and levels without a unit."""
    lines = []
    found = set(zip(table["model"], table["method"], strict=True))
    for method in (m for m in config.methods if m in TARGETS):
        without = [printable(m) for m in fit.models if is_own(m) and (m, method) not in found]
        lines += [f"{method} left out for {', '.join(without)}: needs {NEEDED[method]}"] if without else []
    missing = [level for level in config.levels if config.methods and level not in set(table["level"])]
    return lines + [f"no {level} to measure: no model reads one" for level in missing]


def _tasks(plan: Plan, config: ImportanceConfig) -> Iterator[Task]:
    for number, group in enumerate(plan.groups):
        for model in plan.config.models:
            copies = config.copies if config.copies is not None else _copies(plan, model, config)
            for fold in range(len(group.folds)):
                for copy in range(max(copies, 1)):
                    yield Task(number, fold, model, copy)


def _copies(plan: Plan, model: str, config: ImportanceConfig) -> int:
    """Fits that give each unit `ENOUGH` shuffled copies of its level and number of columns."""
    columns = select_inputs(plan.columns, entry(model).reads).columns
    levels = [make_units(columns, [level]) for level in config.levels] if config.methods else []
    levels.append(dropped_from(model, plan.columns, config.drop))
    alike = [n for units in levels for n in Counter(len(unit.columns) for unit in units).values()]
    return -(-ENOUGH // min(alike, default=ENOUGH))


def _step(plan: Plan, task: Task) -> Step:
    label, _, folds = plan.groups[task.group]
    return Step(label, task.model, folds[task.fold].number, len(folds), 0, 0)


def _summarize(draws: pd.DataFrame, config: ImportanceConfig) -> pd.DataFrame:
    by = ["symbol", "model", "method", "level", *(["fold"] if config.by == "fold" else [])]
    parts = [_ranked(group, dict(zip(by, key, strict=True))) for key, group in draws.groupby(by, sort=False)]
    columns = [*IMPORTANCE.columns, *(["fold"] if config.by == "fold" else [])]
    table = pd.DataFrame([row for part in parts for row in part], columns=columns)
    return check(table, IMPORTANCE, "importance") if config.by == "all" else table


def _ranked(draws: pd.DataFrame, key: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of one model, method and level, the highest value first."""
    floors = dict(_floors(draws[draws["copied"]]))
    rows = [
        {**key, "feature": name, "value": _mean(part), "floor": floors.get(columns, np.nan), **_spread(part)}
        for (name, columns), part in draws[~draws["copied"]].groupby(["feature", "columns"], sort=False)
    ]
    rows.sort(key=lambda row: -row["value"])
    return [{**row, "rank": rank, "verdict": _verdict(row)} for rank, row in enumerate(rows, start=1)]


def _floors(copies: pd.DataFrame) -> Iterator[tuple[int, float]]:
    """The floor for each number of columns: a copy of many columns gets a higher value by chance."""
    for columns, part in copies.groupby("columns", sort=False):
        values = [_mean(one) for _, one in part.groupby(["feature", "copy"], sort=False)]
        yield columns, noise_floor(np.array(values))


def _mean(draws: pd.DataFrame) -> float:
    """Mean over folds and fits; a row of the tables counts once, so a long fold counts more."""
    return float(np.average(draws["value"], weights=draws["rows"]))


def _spread(draws: pd.DataFrame) -> dict[str, float]:
    """Standard deviation of the values of folds, NaN for one; and the number of test rows."""
    folds = draws.groupby("fold").agg(value=("value", "mean"), rows=("rows", "first"))
    return {"spread": float(folds["value"].std(ddof=1)), "rows": int(folds["rows"].sum())}


def _verdict(row: dict[str, Any]) -> str:
    if np.isnan(row["floor"]):
        return ""
    return ABOVE if row["value"] > row["floor"] else NOISE
