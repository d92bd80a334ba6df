"""The value that is current at a moment: the last revision of the newest period that was released by then."""

from __future__ import annotations

import numpy as np


def current_rows(keys: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Return the rows that were current once, ordered by key.

    A row is never current when a newer period was released before it: it revises a value of the past. Of two
    periods that are released together the newer one counts.

    Parameters
    ----------
    keys : ndarray of datetime64[us]
        First moment at which each row is known.
    periods : ndarray of int
        Rank of the period of each row.
    """
    order = np.lexsort((periods, keys))
    newest = np.maximum.accumulate(periods[order])
    return order[periods[order] == newest]


def last_known(keys: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Return the place of the last of the ascending ``keys`` up to each moment, -1 before the first."""
    return np.searchsorted(keys, moments, side="right") - 1
