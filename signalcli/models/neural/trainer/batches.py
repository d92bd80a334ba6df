"""Rows of each training step, and which of them continue from the state of the step before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Batches(NamedTuple):
    """The steps of an epoch.

    rows : (n_batches, size) int32 row numbers; the number of rows n marks an empty place.
    carried : (n_batches, size) float32, 1 where a place continues from its state in the batch before.
    """

    rows: np.ndarray
    carried: np.ndarray


def make_batches(order: np.ndarray, size: int) -> Batches:
    """Batches of the row numbers in ``order``, each row from zero state."""
    rows = _pad(order, -(-len(order) // size) * size, len(order)).reshape(-1, size)
    return Batches(rows, np.zeros(rows.shape, np.float32))


def make_lanes(windows: np.ndarray, size: int) -> Batches:
    """Batches for stateful training: place i holds the window that follows that of place i one batch before.

    windows : (n, timesteps, channels), each one bar later than the one before. Where that chain breaks
    (another symbol, a missing bar) the lane starts from zero state, as in the first batch.
    """
    count, timesteps = windows.shape[:2]
    order = np.concatenate([np.arange(first, count, timesteps) for first in range(min(timesteps, count))])
    length = -(-count // size)
    rows = _pad(order, size * length, count).reshape(size, length)
    carried = _pad(_follows(windows)[order], size * length, 0).reshape(size, length).astype(np.float32)
    carried[:, 0] = 0.0
    return Batches(np.ascontiguousarray(rows.T), np.ascontiguousarray(carried.T))


def fill_up(batches: Batches, count: int, empty: int) -> Batches:
    """Batches followed by as many as are missing to ``count``, with row number ``empty`` at every place."""
    missing = ((0, count - len(batches.rows)), (0, 0))
    return Batches(np.pad(batches.rows, missing, constant_values=empty), np.pad(batches.carried, missing))


def _follows(windows: np.ndarray) -> np.ndarray:
    """Whether the bars before a row's window are exactly those of the row ``timesteps`` earlier, (n,)."""
    count, timesteps = windows.shape[:2]
    one_on = np.zeros(count, dtype=int)
    one_on[1:] = np.all(windows[1:, :-1] == windows[:-1, 1:], axis=(1, 2))
    chained = np.concatenate([[0], np.cumsum(one_on)])
    follows = np.zeros(count, dtype=bool)
    follows[timesteps:] = chained[timesteps + 1 :] - chained[1 : max(count - timesteps, 0) + 1] == timesteps
    return follows


def _pad(values: np.ndarray, length: int, filler: int) -> np.ndarray:
    padded = np.full(length, filler, np.int32)
    padded[: len(values)] = values
    return padded
