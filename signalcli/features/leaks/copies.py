"""Columns that repeat a price or the volume of the next bar."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.schemas import PRICES

FEWEST = 20  # rows in which the next bar differs from this one
SHARE = 0.9  # of them that a copy agrees in


def copies(rows: pd.DataFrame, columns: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the name of each column that is a copy, and of what.

    Only bars whose next value is none of their own prices count: the next open is often this very close, and
    then a copy of the close agrees with it as well.
    """
    own = rows[[*PRICES, "volume"]].to_numpy("float64")
    for name in (*PRICES, "volume"):
        following = rows[name].shift(-1).to_numpy("float64")
        new = np.isfinite(following) & (own != following[:, np.newaxis]).all(axis=1)
        if new.sum() < FEWEST:
            continue
        for column in columns:
            values = columns[column].to_numpy("float64")[new]
            if np.isclose(values, following[new], rtol=1e-9, atol=0).mean() >= SHARE:
                yield column, f"is the {name} of the next bar"
