"""Arrays that estimators read, taken from FEATURES."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from signalcli.models.inputs import ModelInputs
from signalcli.schemas import WEIGHT, ColumnType, cast

Columns: TypeAlias = pd.DataFrame | Mapping[str, np.ndarray]
"""Rows as a table, or as one array for each column."""


def matrix(rows: Columns, inputs: ModelInputs, at: np.ndarray | None = None) -> np.ndarray:
    """Model inputs of the rows at positions ``at`` (default all), (n_rows, n_columns), in C order.

    Copied column by column, because a copy of all of a large table would not fit into memory beside it.
    """
    every = slice(None) if at is None else at
    arrays = [np.asarray(rows[column], "float64") for column in inputs.columns]
    out = np.empty((len(arrays[0][every]), len(arrays)))
    for number, array in enumerate(arrays):
        out[:, number] = array[every]
    return out


def known_rows(rows: Columns, inputs: ModelInputs, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions among ``at`` of the rows on which every input is known, and their model inputs."""
    X = matrix(rows, inputs, at)
    known = np.isfinite(X).all(axis=1)
    return (at, X) if known.all() else (at[known], X[known])


def weights(rows: pd.DataFrame) -> np.ndarray | None:
    """Sample weights (n_rows,), or None when the table has no ``weight`` column.

    Raises DataError for text.
    """
    if WEIGHT not in rows:
        return None
    return cast(rows[WEIGHT], ColumnType.NUMBER, "features").to_numpy()
