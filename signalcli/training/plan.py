"""The plan of a walk-forward: groups of rows that share a model, and their folds. Nothing is fitted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError, printable
from signalcli.features.labels.classes import class_labels
from signalcli.schemas import feature_columns
from signalcli.training.folds import Fold, split

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
    """All that the fits need: groups, feature columns, direction classes, config."""

    groups: list[Group]
    columns: list[str]
    classes: tuple[int, ...]
    config: FitConfig

    @property
    def tasks(self) -> list[FitTask]:
        """Every fit, by group, fold and model."""
        return [
            FitTask(number, fold, model)
            for number, group in enumerate(self.groups)
            for fold in range(len(group.folds))
            for model in self.config.every_model
        ]


def make_plan(features: pd.DataFrame, config: FitConfig, folds: FoldConfig) -> Plan:
    """Plan the fits of a FEATURES table. Raises DataError when there are too few usable rows."""
    groups = [
        Group(label, rows, _split(rows, folds, label)) for label, rows in group_rows(features, config, folds)
    ]
    classes = class_labels([group.rows for group in groups])
    return Plan(groups, feature_columns(features), classes, config)


def group_rows(
    features: pd.DataFrame, config: FitConfig, folds: FoldConfig
) -> list[tuple[str, pd.DataFrame]]:
    """Usable rows by symbol, or all under `EVERY_SYMBOL` when pooled; sorted by date.

    Rows of a sealed hold-out are left out. The order matters to models that stop early: they validate on the
    last part of their rows.
    """
    usable = _usable_rows(seal_holdout(features, folds), feature_columns(features))
    by_date = usable.sort_values(["date", "symbol"], kind="stable")
    groups: Iterable[tuple[Any, pd.DataFrame]]
    groups = [(EVERY_SYMBOL, by_date)] if config.pooled else by_date.groupby("symbol", sort=True)
    return [(str(label), rows.reset_index(drop=True)) for label, rows in groups]


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


def _usable_rows(features: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows on which every feature is known."""
    if not columns:
        raise DataError("FEATURES-NONE", "no feature columns; make them from bars with signalcli features")
    known = np.isfinite(features[columns].to_numpy("float64")).all(axis=1)
    if not known.any():
        worst = printable(features[columns].isna().mean().idxmax())
        raise DataError(
            "FEATURES-NONE",
            f"no row has every feature; {worst} is missing most often, drop it or use more bars",
        )
    return features[known]


def _split(rows: pd.DataFrame, config: FoldConfig, label: str) -> list[Fold]:
    # a row without a direction must not be trained on, so its label has no end either
    label_end = rows["label_end"].where(rows["direction"].notna()).to_numpy()
    try:
        return list(split(rows["date"].to_numpy(), label_end, config))
    except DataError as error:
        raise DataError(error.code, f"{printable(label)}: {error.message}") from error
