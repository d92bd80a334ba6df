"""How far the labels of a FEATURES table look ahead, measured on its dates."""

from __future__ import annotations

import numpy as np
import pandas as pd


def horizon(rows: pd.DataFrame) -> int:
    """Median number of bars from a row's date to its ``label_end``, at least 1."""
    dates = np.unique(rows["date"].to_numpy())
    known = rows[["date", "label_end"]].dropna()
    ahead = np.searchsorted(dates, known["label_end"]) - np.searchsorted(dates, known["date"])
    return max(int(np.median(ahead)), 1) if len(ahead) else 1


def overlap(rows: pd.DataFrame) -> int:
    """Number of rows before a row, in date order, whose labels may end after its date."""
    rows_per_date = rows["date"].value_counts().max() if len(rows) else 1
    return horizon(rows) * int(rows_per_date) - 1
