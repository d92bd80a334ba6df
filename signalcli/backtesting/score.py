"""PREDICTIONS → what orders the symbols of a date."""

from __future__ import annotations

import numpy as np
import pandas as pd

DECIMALS = 12  # of a difference of probabilities; .3 - .5 and .1 - .3 are equal


def score(rows: pd.DataFrame) -> np.ndarray:
    """What orders the symbols of a date, (n_rows,): p_up, with three classes p_up - p_down."""
    up = rows["p_up"].to_numpy("float64")
    if "p_down" not in rows:
        return up
    return np.round(up - rows["p_down"].to_numpy("float64"), DECIMALS)
