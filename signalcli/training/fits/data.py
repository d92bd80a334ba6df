"""The plan of a walk-forward as arrays: all that a fit needs, without the table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.config.fit import FitConfig
from signalcli.data.universe import are_members
from signalcli.features.labels.overlap import LabelReach, label_reach
from signalcli.models.inputs import ModelInputs, select_inputs
from signalcli.models.registry import entry
from signalcli.training.arrays import weights
from signalcli.training.folds import Fold
from signalcli.training.moments import Moments, moments
from signalcli.training.plan import Group, Plan


class GroupData(NamedTuple):
    """Arrays of the rows that share a model, by date.

    Parameters
    ----------
    columns : dict of str to ndarray
        Features by name, float64 (n_rows,); no copies where the table holds them so.
    direction : ndarray
        Label of each row, float64 (n_rows,); NaN where it is unknown.
    weight : ndarray or None
        Sample weights, float64 (n_rows,).
    member : ndarray
        Whether a symbol is in the universe, bool (n_rows,); other rows get no forecast.
    reach : LabelReach
        How far the labels look ahead.
    known : Moments
        When rows and labels are known.
    folds : list of Fold
        Row positions of each training and test part.
    """

    columns: dict[str, np.ndarray]
    direction: np.ndarray
    weight: np.ndarray | None
    member: np.ndarray
    reach: LabelReach
    known: Moments
    folds: list[Fold]


class FitData(NamedTuple):
    """What all fits share: arrays by group, names of the features, classes, config."""

    groups: list[GroupData]
    columns: list[str]
    classes: tuple[int, ...]
    config: FitConfig

    def inputs(self, model: str) -> ModelInputs:
        """Columns that a model reads."""
        return select_inputs(self.columns, entry(model).reads)

    @property
    def shown(self) -> tuple[int, ...]:
        """Classes whose probability PREDICTIONS have, in the order of a result's columns."""
        return self.classes[::-1] if len(self.classes) == 3 else self.classes[1:]


def fit_data(plan: Plan) -> FitData:
    """Arrays of a plan."""
    groups = [_group_data(group, plan.columns) for group in plan.groups]
    return FitData(groups, plan.columns, plan.classes, plan.config)


def _group_data(group: Group, features: list[str]) -> GroupData:
    rows = group.rows
    return GroupData(
        {name: rows[name].to_numpy("float64") for name in features},
        rows["direction"].to_numpy("float64", na_value=np.nan),
        weights(rows),
        are_members(rows),
        label_reach(rows),
        moments(rows, rows["label_end"].to_numpy()),
        group.folds,
    )
