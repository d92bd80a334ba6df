"""Which directions a table of labels contains: two (0, 1), or three (-1, 0, 1) with a dead zone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

TWO, THREE = (0, 1), (-1, 0, 1)


def class_labels(tables: Sequence[pd.DataFrame]) -> tuple[int, ...]:
    """`TWO` or `THREE`: the directions of FEATURES tables that are fitted together.

    A direction -1 proves three classes. A dead zone without any fall is recognized by its returns: rows of
    direction 0 have returns above 0, all of them below those of direction 1.
    """
    labels, returns = (_labeled_values(tables, name) for name in ("direction", "forward_return"))
    if np.any(labels == -1):
        return THREE
    flat, up = returns[labels == 0], returns[labels == 1]
    highest = np.max(flat, initial=0.0, where=np.isfinite(flat))
    lowest = np.min(up, initial=np.inf, where=np.isfinite(up))
    return THREE if 0 < highest < lowest else TWO


def _labeled_values(tables: Sequence[pd.DataFrame], name: str) -> np.ndarray:
    """A column of all rows whose direction is known."""
    columns = (rows.loc[rows["direction"].notna(), name] for rows in tables)
    return np.concatenate([column.to_numpy("float64", na_value=np.nan) for column in columns])
