"""Orders of rows that move blocks of dates."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signalcli.research.importance.blocks import block_order, generator

DAYS = np.arange("2000-01-01", "2000-04-10", dtype="datetime64[D]")  # 100


def order_of(dates, symbols, block, seed=0):
    return block_order(np.asarray(dates), np.asarray(symbols), block, np.random.default_rng(seed))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from("AB")), min_size=1, unique=True), st.integers(1, 9)
)
def test_a_permutation_within_each_symbol(keys, block):
    dates, symbols = (np.array(part) for part in zip(*keys, strict=True))
    order = order_of(dates, symbols, block)
    assert sorted(order) == list(range(len(keys)))
    assert (symbols[order] == symbols).all()


def test_a_block_of_dates_moves_as_one():
    order = order_of(DAYS, ["A"] * 100, 5)
    assert (order.reshape(20, 5) == order.reshape(20, 5)[:, :1] + np.arange(5)).all()
    assert set(order[::5]) == set(range(0, 100, 5))
    assert (order != np.arange(100)).any()


def test_symbols_of_a_full_table_get_rows_of_the_same_date():
    dates, symbols = np.repeat(DAYS, 2), np.tile(["A", "B"], 100)
    order = order_of(dates, symbols, 5)
    assert (dates[order][::2] == dates[order][1::2]).all()


def test_a_block_is_at_most_a_tenth_of_the_dates():
    order = order_of(DAYS[:20], ["A"] * 20, 50)
    assert (np.diff(order.reshape(10, 2), axis=1) == 1).all()
    assert (order != np.arange(20)).any()


def test_a_purpose_has_numbers_of_its_own():
    assert generator(1, 2, "copy").random() == generator(1, 2, "copy").random()
    assert generator(1, 2, "copy").random() != generator(1, 2, "permutation").random()
