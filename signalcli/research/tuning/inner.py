"""Inner folds: the walk-forward inside the training part of an outer fold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signalcli.config.folds import FoldConfig
from signalcli.config.tuning import TuneConfig
from signalcli.errors import DataError
from signalcli.training.folds import Fold, split
from signalcli.training.moments import moments
from signalcli.training.plan import Group, Plan, list_inputs, refuse_one_class


def inner_config(folds: FoldConfig, config: TuneConfig) -> FoldConfig:
    """The inner folds: scheme, gap and longest training part of the outer ones, in equal test blocks."""
    return replace(folds, folds=config.inner_folds, refit_every=None, holdout=None, open_holdout=False)


def inner_folds(plan: Plan, group: Group, folds: FoldConfig) -> list[list[Fold]]:
    """Inner folds of the training part of each outer fold, then those of all labeled rows.

    Positions are those of the group's rows. A training part holds no label that is known after the first
    test row, so neither does any inner fold. Raises DataError for too few rows, and for one direction only.
    """
    labeled = group.rows["direction"].notna() & group.rows["label_end"].notna()
    parts = [*(fold.train for fold in group.folds), np.flatnonzero(labeled)]
    return [_split_part(plan, group, part, folds, number) for number, part in enumerate(parts, start=1)]


def _split_part(plan: Plan, group: Group, part: np.ndarray, folds: FoldConfig, number: int) -> list[Fold]:
    where = f"fold {number}" if number <= len(group.folds) else "all rows"
    rows = group.rows.iloc[part]
    ends = rows["label_end"].to_numpy()
    try:
        cut = split(rows["date"].to_numpy(), ends, folds, moments(rows, ends))
        found = [replace(fold, train=part[fold.train], test=part[fold.test]) for fold in cut]
        refuse_one_class(group._replace(folds=found), list_inputs(plan.columns, plan.config.every_model))
    except DataError as error:
        text = f"{error.message} inside the training part of {where}; use more bars or fewer --inner-folds"
        raise DataError(error.code, text) from error
    return found
