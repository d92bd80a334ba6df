"""Which rows train together, and which of them go on from the batch before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Batches(NamedTuple):
    """The steps of an epoch.

    rows : (n_batches, size) int32 row numbers; the number n of rows itself stands for an empty place.
    carried : (n_batches, size) float32, 1 where a place goes on from the state it had in the batch before.
    """

    rows: np.ndarray
    carried: np.ndarray


def in_order(order: np.ndarray, size: int) -> Batches:
    """Every row number in ``order`` once, from zero state each."""
    rows = _filled(order, -(-len(order) // size) * size, len(order)).reshape(-1, size)
    return Batches(rows, np.zeros(rows.shape, np.float32))


def lanes(windows: np.ndarray, size: int) -> Batches:
    """Rows in lanes: place i of a batch holds the window that abuts on the one of place i before it.

    windows : (n, timesteps, channels), each one bar further than the one before. Where that chain breaks
    (another symbol, a missing bar) the lane starts from zero state, as it does in the first batch.
    """
    count, timesteps = windows.shape[:2]
    order = np.concatenate([np.arange(first, count, timesteps) for first in range(min(timesteps, count))])
    length = -(-count // size)
    rows = _filled(order, size * length, count).reshape(size, length)
    carried = _filled(_abuts(windows)[order], size * length, 0).reshape(size, length).astype(np.float32)
    carried[:, 0] = 0.0
    return Batches(np.ascontiguousarray(rows.T), np.ascontiguousarray(carried.T))


def _abuts(windows: np.ndarray) -> np.ndarray:
    """Whether the bars before a row's window are exactly those of the row ``timesteps`` earlier, (n,)."""
    count, timesteps = windows.shape[:2]
    one_on = np.zeros(count, dtype=int)
    one_on[1:] = np.all(windows[1:, :-1] == windows[:-1, 1:], axis=(1, 2))
    run = np.concatenate([[0], np.cumsum(one_on)])
    abuts = np.zeros(count, dtype=bool)
    abuts[timesteps:] = run[timesteps + 1 :] - run[1 : max(count - timesteps, 0) + 1] == timesteps
    return abuts


def _filled(values: np.ndarray, length: int, filler: int) -> np.ndarray:
    filled = np.full(length, filler, np.int32)
    filled[: len(values)] = values
    return filled
