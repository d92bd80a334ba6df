"""Rows to batches, shuffled or in lanes of abutting windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signalcli.models.neural.trainer.batches import Batches, fill_up, make_batches, make_lanes


def windows_of(bars, timesteps):
    return np.lib.stride_tricks.sliding_window_view(bars, timesteps)[..., np.newaxis]


def test_in_order_fills_up_with_the_number_of_rows():
    batches = make_batches(np.array([2, 0, 1]), 2)
    assert batches.rows.tolist() == [[2, 0], [1, 3]]
    assert not batches.carried.any()


def test_missing_batches_are_empty():
    batches = Batches(np.array([[0, 1]], np.int32), np.ones((1, 2), np.float32))
    filled = fill_up(batches, 3, empty=9)
    assert filled.rows.tolist() == [[0, 1], [9, 9], [9, 9]]
    assert filled.carried.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert (filled.rows.dtype, filled.carried.dtype) == (np.int32, np.float32)


def test_lanes_by_hand():
    # Six windows of two bars: rows 0, 2, 4 abut, and so do 1, 3, 5; each chain is a lane.
    batches = make_lanes(windows_of(np.arange(7.0), 2), 2)
    assert batches.rows.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert batches.carried.tolist() == [[0, 0], [1, 1], [1, 1]]


def test_a_missing_bar_breaks_the_chain():
    bars = np.array([0.0, 1, 2, 3, 10, 11, 12, 13])
    both = np.concatenate([windows_of(bars[:4], 2), windows_of(bars[4:], 2)])  # two symbols, three rows each
    batches = make_lanes(both, 2)
    assert batches.rows.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert batches.carried.tolist() == [[0, 0], [1, 0], [0, 1]]


# Windows of one bar do not overlap, so that no border shows in them.
@given(st.integers(1, 40), st.integers(2, 5), st.integers(1, 6), st.integers(0, 40))
def test_every_row_stands_once_and_carries_on_from_the_abutting_window(count, timesteps, size, border):
    bars = np.arange(count + timesteps - 1.0)
    seen = windows_of(bars, timesteps) + 1000.0 * (np.arange(count) >= border)[:, np.newaxis, np.newaxis]
    batches = make_lanes(seen, size)
    assert sorted(batches.rows[batches.rows < count]) == list(range(count))
    for step, place in np.argwhere(batches.carried == 1.0):
        before, after = seen[batches.rows[step - 1, place]], seen[batches.rows[step, place]]
        assert after[0, 0] == before[-1, 0] + 1
    assert not batches.carried[0].any()
