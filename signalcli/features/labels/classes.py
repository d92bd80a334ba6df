"""Which directions a table of labels knows: two (not up, up), or three with a dead zone between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TWO, THREE = (0, 1), (-1, 0, 1)


def directions(tables: Sequence[pd.DataFrame]) -> tuple[int, ...]:
    """`TWO` or `THREE`, of FEATURES that are fitted together.

    A fall beyond the zone shows that there are three. Where none happened, a zone still shows by returns
    above 0 that do not count as up, all of them below those that do: there 0 is flat, and no reason to sell.
    """
    labels, returns = (_known(tables, name) for name in ("direction", "forward_return"))
    if np.any(labels == -1):
        return THREE
    flat, up = returns[labels == 0], returns[labels == 1]
    highest = np.max(flat, initial=0.0, where=np.isfinite(flat))
    lowest = np.min(up, initial=np.inf, where=np.isfinite(up))
    return THREE if 0 < highest < lowest else TWO


def _known(tables: Sequence[pd.DataFrame], name: str) -> np.ndarray:
    """A column of the rows whose direction is known."""
    known = (rows.loc[rows["direction"].notna(), name] for rows in tables)
    return np.concatenate([column.to_numpy("float64", na_value=np.nan) for column in known])
