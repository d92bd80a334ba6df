"""Training and test rows of one fold, with shuffled copies beside the features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.importance import ImportanceConfig
from signalcli.models.entry import Reads
from signalcli.models.inputs import ModelInputs, select_inputs
from signalcli.models.registry import entry
from signalcli.research.importance.blocks import block_order, generator
from signalcli.research.importance.units import channel_of, copy_of
from signalcli.training.arrays import known_rows, weights
from signalcli.training.plan import Group, Plan


class Task(NamedTuple):
    """One fit: index of the group, of its fold, the model, and the number of the shuffled copies."""

    group: int
    fold: int
    model: str
    copy: int


class Rows(NamedTuple):
    """Rows of one part of a fold, with every column by name."""

    dates: np.ndarray
    symbols: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None
    columns: dict[str, np.ndarray]

    def matrix(self, names: Sequence[str]) -> np.ndarray:
        """Model inputs, (n_rows, n_names), in C order."""
        return np.ascontiguousarray(np.column_stack([self.columns[name] for name in names]))


class World(NamedTuple):
    """Rows to fit and to test, and the names of their columns, copies among them.

    ``replaced`` says that the columns themselves were shuffled, without copies beside them.
    """

    train: Rows
    test: Rows
    features: list[str]
    replaced: bool


class Fold(NamedTuple):
    """One task, and what it shares with the others."""

    plan: Plan
    config: ImportanceConfig
    task: Task

    @property
    def group(self) -> Group:
        """Rows of the fold, and all folds."""
        return self.plan.groups[self.task.group]

    @property
    def reads(self) -> Reads:
        """Columns that the model reads."""
        return entry(self.task.model).reads


def make_worlds(fold: Fold) -> Iterator[World]:
    """The rows to fit on, once or twice.

    Where the model reads any feature, copies stand beside the features, so that one fit measures both. A
    model of past returns alone (``ar``) would not read them: it is fitted again, on shuffled columns.
    """
    train, test = _parts(fold)
    features = list(train.columns)
    if _has_copies(fold.config) and fold.reads != "returns":
        both = [*features, *map(copy_of, features)]
        yield World(
            _with_copies(fold, train, "train"), _with_copies(fold, test, "test"), both, replaced=False
        )
        return
    yield World(train, test, features, replaced=False)
    if _has_copies(fold.config):
        each = features  # on its own: the model learns from how the columns of a row go together
        first, second = (
            _shuffled(fold, part, each, name) for part, name in ((train, "train"), (test, "test"))
        )
        yield World(first, second, features, replaced=True)


def _has_copies(config: ImportanceConfig) -> bool:
    return config.copies is None or config.copies > 0


def _parts(fold: Fold) -> tuple[Rows, Rows]:
    """Training rows, and test rows with a label; both with every input of the model known."""
    _, rows, folds = fold.group
    inputs = select_inputs(fold.plan.columns, fold.reads)
    labeled = rows["direction"].notna().to_numpy()
    split = folds[fold.task.fold]
    return (
        _rows(rows, inputs, split.train),
        _rows(rows, inputs, split.test[labeled[split.test]]),
    )


def _rows(rows: pd.DataFrame, inputs: ModelInputs, at: np.ndarray) -> Rows:
    at, X = known_rows(rows, inputs, at)
    known = rows.iloc[at]
    return Rows(
        known["date"].to_numpy(),
        known["symbol"].to_numpy(),
        known["direction"].to_numpy("int64"),
        weights(known),
        dict(zip(inputs.columns, X.T, strict=True)),
    )


def _with_copies(fold: Fold, part: Rows, name: str) -> Rows:
    copies = _shuffled(fold, part, [channel_of(c) for c in part.columns], name)
    named = {copy_of(c): values for c, values in copies.columns.items()}
    return part._replace(columns=part.columns | named)


def _shuffled(fold: Fold, part: Rows, kinds: list[str], name: str) -> Rows:
    """The part with shuffled columns; those of one kind keep their rows together."""
    orders = {kind: order_rows(fold, part, "copy", name, kind) for kind in dict.fromkeys(kinds)}
    columns = {c: part.columns[c][orders[kind]] for c, kind in zip(part.columns, kinds, strict=True)}
    return part._replace(columns=columns)


def order_rows(fold: Fold, part: Rows, *purpose: int | str) -> np.ndarray:
    """A shuffled order of rows, the same for the same purpose."""
    task = fold.task
    rng = generator(fold.plan.config.random_state, task.group, task.fold, task.copy, *purpose)
    return block_order(part.dates, part.symbols, fold.config.block, rng)
