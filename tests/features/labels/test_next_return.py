"""What is asked of a model."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.features import FeatureConfig, build
from signalcli.features.labels.next_return import direction, forward_return
from signalcli.features.labels.overlap import overlap


@given(
    closes=st.lists(st.floats(0.5, 2000), min_size=2, max_size=30),
    horizon=st.integers(1, 5),
    zone=st.sampled_from([0.0, 0.01, 0.3]),
)
def test_targets_are_those_of_a_loop(closes, horizon, zone):
    close = np.array(closes)
    horizon = min(horizon, len(close) - 1)
    returns = forward_return(close, horizon)
    said = direction(returns, zone)
    for t in range(len(close)):
        if t + horizon >= len(close):
            assert np.isnan(returns[t])
            assert np.isnan(said[t])
            continue
        assert returns[t] == close[t + horizon] / close[t] - 1
        expected = int(returns[t] > zone) - int(zone > 0 and returns[t] < -zone)
        assert said[t] == expected


def test_the_edge_of_the_dead_zone_is_flat():
    returns = np.array([0.25, 0.2500001, -0.25, -0.2500001, 0.0, np.nan])
    np.testing.assert_array_equal(direction(returns, 0.25), [0, 1, 0, -1, 0, np.nan])
    np.testing.assert_array_equal(direction(returns, 0.0), [1, 1, 0, 0, 0, np.nan])


@pytest.mark.parametrize("horizon", [1, 3, 5])
def test_label_end_is_the_date_at_which_the_return_is_known(horizon):
    bars = pd.concat([random_bars(20), random_bars(20, symbol="BBB", start="2021-03-01")], ignore_index=True)
    table = build(bars, FeatureConfig(window=3, horizon=horizon, sets=("lags",)))
    for _, of_symbol in table.groupby("symbol"):
        rows = of_symbol.reset_index(drop=True)
        for t in range(20 - horizon):
            assert rows["label_end"][t] == rows["date"][t + horizon]
            assert rows["forward_return"][t] == rows["close"][t + horizon] / rows["close"][t] - 1
        newest = rows.iloc[20 - horizon :]
        assert newest[["forward_return", "direction", "label_end"]].isna().all(axis=None)
        assert (rows["direction"].isna() == rows["label_end"].isna()).all()


def test_an_unresolved_direction_is_an_empty_cell_on_paper(walk):
    table = build(walk.head(10), FeatureConfig(window=2, sets=("lags",)))
    assert str(table["direction"].dtype) == "Int8"
    last = table[["direction", "label_end", "forward_return"]].tail(1).to_csv(index=False, header=False)
    assert last.strip() == ",,"


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_label_from_the_next_open_is_what_a_position_earns(horizon):
    bars = random_bars(80)
    table = build(bars, FeatureConfig(window=3, horizon=horizon, sets=("lags",), label_from="next_open"))
    opens, dates = bars["open"].to_list(), bars["date"].to_list()
    for t in range(80):
        if t + 1 + horizon >= 80:
            assert table[["forward_return", "direction", "label_end"]].iloc[t].isna().all()
            continue
        earned = opens[t + 1 + horizon] / opens[t + 1] - 1
        assert table["forward_return"][t] == earned
        assert table["direction"][t] == (earned > 0)
        assert table["label_end"][t] == dates[t + 1 + horizon]
    assert (table["horizon"] == horizon).all()
    assert overlap(table) == horizon
