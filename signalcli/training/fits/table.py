"""Results of fits → PREDICTIONS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signalcli.schemas import BAND, CLASS_COLUMNS, PATH, PREDICTIONS, STATED, check
from signalcli.training.fits.data import FitData
from signalcli.training.fits.fit import FitResult
from signalcli.training.folds import Fold
from signalcli.training.plan import FitTask, Plan


def predictions_table(
    plan: Plan, data: FitData, tasks: Sequence[FitTask], results: Sequence[FitResult]
) -> pd.DataFrame:
    """PREDICTIONS: the test rows of every fit, with what it says of them."""
    rows, starts = _rows_of_groups(plan)
    folds = [plan.groups[task.group].folds[task.fold] for task in tasks]
    sizes = [len(fold.test) for fold in folds]
    at = [starts[task.group] + fold.test for task, fold in zip(tasks, folds, strict=True)]
    table = rows.take(np.concatenate(at)).reset_index(drop=True)
    p = np.concatenate([result.p for result in results])
    columns = {
        "model": np.repeat(np.array([task.model for task in tasks], dtype=object), sizes),
        "fold": np.repeat([fold.number for fold in folds], sizes),
        **{CLASS_COLUMNS[c]: p[:, i] for i, c in enumerate(data.shown)},
        **_bands(results),
        **_paths(folds),
    }
    return check(table.assign(**columns)[_order({*table, *columns})], PREDICTIONS, "predictions")


def _rows_of_groups(plan: Plan) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of all groups with the columns that PREDICTIONS carry on, and the position of each group."""
    known = (*PREDICTIONS.columns, *STATED)
    parts = [group.rows[[c for c in known if c in group.rows]] for group in plan.groups]
    starts = np.cumsum([0, *(len(part) for part in parts)])
    return pd.concat(parts, ignore_index=True), starts


def _bands(results: Sequence[FitResult]) -> dict[str, np.ndarray]:
    """Column of the bands, where a model has prediction sets; NaN for one that has none."""
    if all(result.band is None for result in results):
        return {}
    bands = [np.full(len(r.p), np.nan) if r.band is None else r.band for r in results]
    return {BAND: np.concatenate(bands)}


def _paths(folds: Sequence[Fold]) -> dict[str, np.ndarray]:
    paths = [fold.path for fold in folds if fold.path is not None]
    return {PATH: np.concatenate(paths)} if paths else {}


def _order(names: set[str]) -> list[str]:
    """Columns in the order of PREDICTIONS, then those that only some tables have."""
    further = (*CLASS_COLUMNS.values(), BAND, PATH, *STATED)
    return [*PREDICTIONS.columns, *(c for c in further if c in names and c not in PREDICTIONS.columns)]
