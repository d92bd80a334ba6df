"""The sequence block."""

import sqlite3

import numpy as np
import pandas as pd
import pytest

from feature_columns import of_features
from random_bars import SORTS, random_bars
from signalcli.features import FeatureConfig, build
from signalcli.features.sets.lags import channel, lag_features, log_return, volume_z
from signalcli.features.timeseries.panel import Panel


def columns(bars):
    return {c: bars[c].to_numpy("float64") for c in ("open", "high", "low", "close", "volume")}


def channels(bars, window):
    return {name: channel(Panel(bars), name, window) for name in FeatureConfig.channels}


def test_a_window_of_five_is_the_lag_table_of_the_slides():
    bars = random_bars(12)
    table = build(bars, FeatureConfig(window=5, sets=("lags",)))
    close = bars["close"].to_numpy()
    returns = np.concatenate([[np.nan], np.log(close[1:]) - np.log(close[:-1])])
    slides = pd.DataFrame(
        {f"value@t-{k}": [returns[t - k] if t >= k else np.nan for t in range(12)] for k in (4, 3, 2, 1, 0)}
    )
    block = table[["ret_lag4", "ret_lag3", "ret_lag2", "ret_lag1", "ret_lag0"]]
    np.testing.assert_array_equal(block.to_numpy(), slides.to_numpy())
    up = [float(close[t + 1] > close[t]) if t + 1 < 12 else np.nan for t in range(12)]
    np.testing.assert_array_equal(table["direction"].to_numpy("float64", na_value=np.nan), up)


def test_the_lags_are_those_of_a_database_window():
    bars = random_bars(60)
    table = build(bars, FeatureConfig(window=4, sets=("lags",)))
    with sqlite3.connect(":memory:") as database:
        bars[["date", "high", "low"]].astype({"date": str}).to_sql("bars", database, index=False)
        query = "select " + ", ".join(f"lag(high / low, {k}) over (order by date)" for k in (3, 2, 1, 0))
        expected = np.array(database.execute(f"{query} from bars").fetchall(), dtype="float64")
    database.close()
    found = table[[f"range_lag{k}" for k in (3, 2, 1, 0)]].to_numpy()
    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-12)


def test_a_row_reshapes_to_its_window_of_channels():
    bars = columns(random_bars(30))
    window = 6
    block = of_features(lag_features(window), bars)
    names = list(channels(bars, window))
    assert names == ["ret", "range", "volume_z"]
    assert list(block) == [f"{c}_lag{k}" for k in (5, 4, 3, 2, 1, 0) for c in names]
    cube = np.column_stack(list(block.values())).reshape(30, window, 3)
    made = np.column_stack(list(channels(bars, window).values()))
    for t in range(2 * window, 30):
        np.testing.assert_array_equal(cube[t], made[t - window + 1 : t + 1])


@pytest.mark.parametrize("sort", SORTS)
def test_channels_are_those_of_a_loop(sort):
    window = 5
    bars = columns(SORTS[sort](40))
    found = channels(bars, window)
    for t in range(40):
        if t > 0:
            assert found["ret"][t] == pytest.approx(
                np.log(bars["close"][t] / bars["close"][t - 1]), abs=1e-14
            )
        assert found["range"][t] == np.log(bars["high"][t] / bars["low"][t])
        if t < window - 1:
            assert np.isnan(found["volume_z"][t])
        else:
            last = np.log1p(bars["volume"][t - window + 1 : t + 1])
            moved = not np.isnan(last).any() and last.max() > last.min()
            score = (last[-1] - last.mean()) / last.std(ddof=1) if moved else 0.0
            assert found["volume_z"][t] == pytest.approx(score, abs=1e-9)


def test_first_return_is_unknown_not_zero():
    assert np.isnan(log_return(np.array([2.0, 3.0]))[0])


def test_an_index_without_volume_loses_no_row():
    for volume in (np.zeros(30), np.full(30, np.nan), np.full(30, -1.0)):
        scores = volume_z(volume, 5)
        assert np.isnan(scores[:4]).all()
        assert (scores[4:] == 0).all()
