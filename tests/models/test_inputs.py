"""Which columns a model family reads, in which order."""

import pytest

from random_bars import random_bars
from signalcli.errors import DataError
from signalcli.features import FeatureConfig, build
from signalcli.models.inputs import select_inputs
from signalcli.schemas import feature_columns

BLOCK = ["ret_lag1", "vol_lag1", "ret_lag0", "vol_lag0"]


def test_returns_are_read_oldest_first():
    shuffled = ["rsi14", "ret_lag0", "vol_lag1", "ret_lag2", "vol_lag0", "ret_lag1", "vol_lag2"]
    assert select_inputs(shuffled, "returns") == (["ret_lag2", "ret_lag1", "ret_lag0"], 1)


def test_a_sequence_is_time_major_whatever_the_order_of_the_table():
    assert select_inputs(["rsi14", *BLOCK, "hour"], "sequence") == (BLOCK, 2)
    by_channel = ["ret_lag0", "ret_lag1", "vol_lag0", "vol_lag1"]
    assert select_inputs(by_channel, "sequence") == (BLOCK, 2)


def test_lags_are_sorted_as_numbers():
    names = [f"ret_lag{k}" for k in range(12)]
    assert select_inputs(names, "returns").columns == [f"ret_lag{k}" for k in range(11, -1, -1)]


def test_features_are_all_as_they_stand():
    assert select_inputs(["hour", *BLOCK], "features") == (["hour", *BLOCK], 1)


def test_the_block_of_our_own_features():
    names = feature_columns(build(random_bars(80), FeatureConfig(window=4)))
    chosen = select_inputs(names, "sequence")
    assert chosen.columns == names[:12]
    assert chosen.channels == 3


@pytest.mark.parametrize("reads", ["returns", "sequence"])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["rsi14"], "no ret_lag"),
        ([], "no ret_lag"),
        (["ret_lag0", "ret_lag2"], "ret_lag1 is missing"),
        (["ret_lag1", "ret_lag2"], "ret_lag0 is missing"),
    ],
)
def test_a_window_with_a_hole_is_refused(reads, names, said):
    with pytest.raises(DataError, match=said):
        select_inputs(names, reads)


def test_a_channel_with_a_shorter_window_is_refused():
    with pytest.raises(DataError, match="vol_lag1 is missing"):
        select_inputs(["ret_lag1", "ret_lag0", "vol_lag0"], "sequence")
