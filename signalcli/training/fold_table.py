"""FEATURES → the folds that `fit` uses, as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.training.folds import Fold
from signalcli.training.plan import make_plan

COLUMNS = (
    "fold", "symbol", "train_start", "train_end", "train_rows", "purged_rows", "test_start", "test_end",
    "test_rows",
)  # fmt: skip


def fold_table(features: pd.DataFrame, config: FitConfig, folds: FoldConfig) -> pd.DataFrame:
    """One row per fold with the columns `COLUMNS`; with several paths, one per fold and ``path``.

    ``train_start`` and ``train_end`` are the first and last training date; the training part of a
    combinatorial fold may have gaps between them.
    """
    rows = [
        row
        for group in make_plan(features, config, folds).groups
        for fold in group.folds
        for row in _rows(fold, group.label, group.rows["date"].to_numpy())
    ]
    return pd.DataFrame(rows)


def _rows(fold: Fold, label: str, dates: np.ndarray) -> list[dict[str, Any]]:
    if fold.path is None:
        return [_row(fold, label, dates, fold.test)]
    return [
        _row(fold, label, dates, fold.test[fold.path == path]) | {"path": int(path)}
        for path in np.unique(fold.path)
    ]


def _row(fold: Fold, label: str, dates: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    """Row of the table; a plan has no fold without training rows."""
    train_dates, test_dates = dates[fold.train], dates[test]
    values = (
        *(fold.number, label, train_dates[0], train_dates[-1], len(train_dates)),
        *(fold.purged, test_dates[0], test_dates[-1], len(test_dates)),
    )
    return dict(zip(COLUMNS, values, strict=True))
