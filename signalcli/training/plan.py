"""The plan of a walk-forward: groups of rows that share a model, and their folds. Nothing is fitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.universe import seal_outside, within_universe
from signalcli.errors import DataError, printable, typed
from signalcli.features.labels.classes import class_labels
from signalcli.features.labels.overlap import state_horizon
from signalcli.models.inputs import select_inputs
from signalcli.models.registry import entry
from signalcli.schemas import feature_columns
from signalcli.training.folds import Fold, split
from signalcli.training.moments import moments

EVERY_SYMBOL = "all symbols"  # label of the group when one model is fitted over all symbols


class Group(NamedTuple):
    """Rows that share a model, by date, with their folds; the label is their symbol or `EVERY_SYMBOL`."""

    label: str
    rows: pd.DataFrame
    folds: list[Fold]


class FitTask(NamedTuple):
    """One fit: index of the group, index of its fold, and the model."""

    group: int
    fold: int
    model: str


class Plan(NamedTuple):
    """All that the fits need: groups, feature columns, classes, config; and why groups are missing."""

    groups: list[Group]
    columns: list[str]
    classes: tuple[int, ...]
    config: FitConfig
    left_out: tuple[str, ...] = ()

    @property
    def tasks(self) -> list[FitTask]:
        """Every fit, by group, fold and model."""
        return [
            FitTask(number, fold, model)
            for number, group in enumerate(self.groups)
            for fold in range(len(group.folds))
            for model in self.config.every_model
        ]


def make_plan(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig, models: tuple[str, ...] | None = None
) -> Plan:
    """Plan the fits of a FEATURES table; ``models`` are those that need inputs, by default all.

    A symbol with too few rows, or with one direction in a training part, is left out. Raises its DataError
    when no symbol remains, and for the first such symbol with ``require_all``.
    """
    columns = feature_columns(features)
    labeled = list(group_rows(features, config, folds))
    inputs = list_inputs(columns, models or config.every_model)
    found = [_plan_group(*group, folds, inputs) for group in labeled]
    groups = [group for group in found if isinstance(group, Group)]
    faults = [fault for fault in found if isinstance(fault, DataError)]
    if faults and (config.require_all or not groups):
        raise faults[0]
    classes = class_labels([group.rows for group in groups])
    return Plan(groups, columns, classes, config, tuple(fault.message for fault in faults))


def list_inputs(columns: list[str], models: Sequence[str]) -> list[list[str]]:
    """The columns that models read, each choice of them once."""
    reads = dict.fromkeys(entry(model).reads for model in models)
    return sorted(select_inputs(columns, one).columns for one in reads)


def _plan_group(
    label: str, rows: pd.DataFrame, folds: FoldConfig, inputs: list[list[str]]
) -> Group | DataError:
    """The group with its folds, or the reason why its rows cannot be fitted."""
    try:
        group = Group(label, rows, _split(rows, folds, label))
        refuse_one_class(group, inputs)
    except DataError as fault:
        return fault
    return group


def refuse_one_class(group: Group, inputs: list[list[str]]) -> None:
    """Raise DataError where a model would train on rows of one direction."""
    for fold, directions in training_directions(group, inputs):
        if len(np.unique(directions)) < 2:
            where = f"{printable(group.label)}: fold {fold.number}"
            said = f"{where} trains on {len(directions)} rows of one direction"
            raise DataError("DATA-ONECLASS", f"{said}; use more bars or fewer --folds")


def training_directions(group: Group, inputs: list[list[str]]) -> Iterator[tuple[Fold, np.ndarray]]:
    """Each fold, for each choice of inputs, with the directions of the rows that it trains on, (n_train,)."""
    directions = group.rows["direction"].to_numpy("float64", na_value=np.nan)
    for names in inputs:
        known = complete_rows(group.rows, names)
        yield from ((fold, directions[fold.train[known[fold.train]]]) for fold in group.folds)


def group_rows(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> list[tuple[str, pd.DataFrame]]:
    """Rows after the warm-up by symbol, or all under `EVERY_SYMBOL` when pooled; sorted by date.

    A later row with an unknown feature stays, so that folds, fills and holding see every bar. A symbol that
    has no row with every feature is left out, and so are rows of a sealed hold-out. The order matters to
    models that stop early: they validate on the last part of their rows.
    """
    known = _after_warm_up(seal_holdout(state_horizon(features), folds), feature_columns(features))
    if config.require_all:
        _refuse_lost_symbols(features, known)
    by_date = _inside(known.sort_values(["date", "symbol"], kind="stable"))
    groups: Iterable[tuple[Any, pd.DataFrame]]
    groups = [(EVERY_SYMBOL, by_date)] if config.pooled else by_date.groupby("symbol", sort=True)
    return [(str(label), rows.reset_index(drop=True)) for label, rows in groups]


def _inside(by_date: pd.DataFrame) -> pd.DataFrame:
    """Rows while their symbol is in the universe, without the labels of those between two memberships."""
    rows = seal_outside(within_universe(by_date))
    if not len(rows):
        raise DataError("UNIVERSE-EMPTY", "no row with every feature is inside the universe; use more bars")
    return rows


def _refuse_lost_symbols(features: pd.DataFrame, known: pd.DataFrame) -> None:
    """Raise DataError for a symbol of which no row is left."""
    lost = sorted(set(features["symbol"]) - set(known["symbol"]))
    if lost:
        raise DataError("DATA-FEW", f"{printable(lost[0])}: no row has every feature; use more bars")


def seal_holdout(features: pd.DataFrame, folds: FoldConfig) -> pd.DataFrame:
    """Rows before the hold-out, without labels that end in it: the table as of the day before."""
    if folds.holdout is None or folds.open_holdout:
        return features
    start = np.datetime64(folds.holdout)
    before = features[features["date"] < start]
    if not len(before):
        raise DataError("DATA-FEW", f"no rows before --holdout {folds.holdout}; choose a later date")
    known = before["label_end"] < start
    targets = ("forward_return", "direction", "label_end")
    return before.assign(**{name: before[name].where(known) for name in targets})


def complete_rows(features: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Which rows have every feature, bool (n_rows,)."""
    return np.isfinite(features[columns].to_numpy("float64")).all(axis=1)


def warmed_up(features: pd.DataFrame, complete: np.ndarray) -> np.ndarray:
    """Which rows are not before the first complete row of their symbol, bool (n_rows,)."""
    first = features["date"].where(complete).groupby(features["symbol"]).transform("min")
    return (features["date"] >= first).to_numpy(bool)  # False for NaT: no row is complete


def _after_warm_up(features: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows from the first of each symbol on which every feature is known."""
    if not columns:
        raise DataError("FEATURES-NONE", "no feature columns; make them from bars with signalcli features")
    complete = complete_rows(features, columns)
    if not complete.any():
        worst = printable(features[columns].isna().mean().idxmax())
        raise DataError(
            "FEATURES-NONE",
            f"no row has every feature, {worst} is missing most often; use more bars or "
            f"--exclude {typed([worst])}",
        )
    return features[warmed_up(features, complete)]


def _split(rows: pd.DataFrame, config: FoldConfig, label: str) -> list[Fold]:
    # a row without a direction must not be trained on, so its label has no end either
    label_end = rows["label_end"].where(rows["direction"].notna()).to_numpy()
    try:
        return list(split(rows["date"].to_numpy(), label_end, config, moments(rows, label_end)))
    except DataError as error:
        raise DataError(error.code, f"{printable(label)}: {error.message}") from error
