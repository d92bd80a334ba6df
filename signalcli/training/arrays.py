"""Arrays that estimators read, taken from FEATURES."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.models.inputs import ModelInputs
from signalcli.schemas import WEIGHT


def matrix(rows: pd.DataFrame, inputs: ModelInputs, at: np.ndarray | None = None) -> np.ndarray:
    """Model inputs of the rows at positions ``at`` (default all), (n_rows, n_columns), in C order.

    Copied column by column, because a copy of all of a large table would not fit into memory beside it.
    """
    at = np.arange(len(rows)) if at is None else at
    out = np.empty((len(at), len(inputs.columns)))
    for number, column in enumerate(inputs.columns):
        out[:, number] = rows[column].to_numpy("float64")[at]
    return out


def known_rows(rows: pd.DataFrame, inputs: ModelInputs, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions among ``at`` of the rows on which every input is known, and their model inputs."""
    X = matrix(rows, inputs, at)
    known = np.isfinite(X).all(axis=1)
    return (at, X) if known.all() else (at[known], X[known])


def weights(rows: pd.DataFrame) -> np.ndarray | None:
    """Sample weights (n_rows,), or None when the table has no ``weight`` column."""
    return rows[WEIGHT].to_numpy("float64") if WEIGHT in rows else None
