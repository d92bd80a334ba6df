"""FEATURES → the folds that fit would cut, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.training.folds import Fold
from signalcli.training.walk_forward import plan

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "fold", "symbol", "train_start", "train_end", "train_rows", "purged_rows", "test_start", "test_end",
    "test_rows",
)  # fmt: skip


def fold_table(features: pd.DataFrame, config: FitConfig, folds: FoldConfig) -> pd.DataFrame:
    """One row a fold, or a path of a fold, in the columns `COLUMNS` (and ``path`` where there are several).

    The training part of a combinatorial fold may have holes: where it starts and ends is shown, and how many
    rows it has.
    """
    import pandas as pd

    rows = [
        row
        for label, of_group, cut in plan(features, config, folds)
        for fold in cut
        for row in _rows(fold, label, of_group["date"].to_numpy())
    ]
    return pd.DataFrame(rows)


def _rows(fold: Fold, label: str, dates: np.ndarray) -> Iterator[dict[str, Any]]:
    paths = [None] if fold.path is None else list(np.unique(fold.path))
    for path in paths:
        test = fold.test if path is None else fold.test[fold.path == path]
        row = _row(fold, label, dates, test)
        yield row if path is None else row | {"path": int(path)}


def _row(fold: Fold, label: str, dates: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    learnt, tested = dates[fold.train], dates[test]
    train_start, train_end = (learnt[0], learnt[-1]) if len(learnt) else (np.datetime64("NaT"),) * 2
    values = (
        *(fold.number, label, train_start, train_end, len(learnt)),
        *(fold.purged, tested[0], tested[-1], len(tested)),
    )
    return dict(zip(COLUMNS, values, strict=True))
