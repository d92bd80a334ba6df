"""What rebuilds a model's columns is found in the FEATURES table itself."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import EVERY_SET
from signalcli.errors import DataError
from signalcli.features import FeatureConfig, build
from signalcli.features.timeseries.ewm import memory
from signalcli.schemas import feature_columns
from signalcli.serving.bundle.feature_recipe import make_recipe
from signalcli.serving.bundle.target_inference import shortest_decimal

BARS = random_bars(300)
SPECS = [
    FeatureConfig(),
    FeatureConfig(window=2),
    FeatureConfig(window=35, horizon=4),
    FeatureConfig(window=5, dead_zone=0.002),
    FeatureConfig(window=5, horizon=3, dead_zone=0.0125),
    FeatureConfig(window=8, sets=("lags",)),
    FeatureConfig(window=8, sets=("lags", "calendar")),
    FeatureConfig(sets=("rolling", "indicators")),
    FeatureConfig(sets=("calendar",)),
    FeatureConfig(sets=("lags",), channels=("ret", "body", "gap")),
    FeatureConfig(sets=("lags",), channels=("ret", "place"), lags=(0, 3, 8)),
    FeatureConfig(sets=("rolling",), windows=(4, 9), statistics=("rank", "q20", "up_sum")),
    FeatureConfig(sets=("rolling", "volatility"), windows=(7,), statistics=("skew",)),
    FeatureConfig(sets=("alpha158",)),
    FeatureConfig(sets=("technical", "session")),
    FeatureConfig(sets=("lags",), window=5, horizon=3, label="triple-barrier"),
]
CHOSEN = [
    *SPECS,
    FeatureConfig(window=9, sets=("lags", "windows"), lags=(0, 5)),
    FeatureConfig(sets=("lags",), window=5, horizon=3, label="triple-barrier", barriers=(2.0, 1.5)),
    FeatureConfig(sets=("lags",), window=5, horizon=6, label="trend-scan", weights=True),
    FeatureConfig(sets=("lags",), window=5, dead_zone=0.3, dead_zone_unit="volatility"),
    FeatureConfig(sets=("lags", "rolling"), window=5, float32=True),
]


@pytest.mark.parametrize("config", SPECS, ids=str)
def test_the_choice_is_found_in_the_table(config):
    table = build(BARS, config)
    found = make_recipe(table, feature_columns(table))
    assert found.config == config
    assert found.label_known
    assert found.own_columns == []


TARGETS = [
    FeatureConfig(sets=("lags",), window=5, horizon=3, label="triple-barrier", barriers=(2.0, 1.5)),
    FeatureConfig(sets=("lags",), window=5, horizon=6, label="trend-scan"),
    FeatureConfig(sets=("lags",), window=5, horizon=2, dead_zone=0.3, dead_zone_unit="volatility"),
    FeatureConfig(sets=("lags",), window=5, horizon=2, dead_zone=1.2, dead_zone_unit="volatility"),
    FeatureConfig(sets=("lags",), window=5, horizon=2, label_from="next_open"),
    FeatureConfig(sets=("lags",), window=5, horizon=1, dead_zone=0.004, label_from="next_open"),
]


@pytest.mark.parametrize("config", TARGETS, ids=str)
def test_the_label_is_found_in_the_directions(config):
    table = build(BARS, config)
    found = make_recipe(table, feature_columns(table))
    assert (found.config, found.label_known) == (config, True)


def test_a_label_of_ones_own_is_not_found():
    table = build(BARS, FeatureConfig(window=5, horizon=3, label="triple-barrier"))
    turned = table.assign(direction=-table["direction"])
    assert not make_recipe(turned, feature_columns(turned)).label_known


@pytest.mark.parametrize("config", CHOSEN, ids=str)
def test_a_choice_that_is_known_is_kept_and_rebuilds_the_columns(config):
    table = build(BARS, config)
    columns = feature_columns(table)
    found = make_recipe(table, columns, config)
    assert (found.config, found.label_known, found.own_columns) == (config, True, [])
    again = build(BARS.tail(found.settled_history), found.config)[columns].iloc[-1]
    pd.testing.assert_series_equal(again, table[columns].iloc[-1], check_exact=True, check_names=False)


def test_a_choice_that_did_not_make_the_table_is_refused():
    table = build(BARS, FeatureConfig(window=6, sets=("lags",)))
    with pytest.raises(DataError, match="volume_z_lag5 is not what --spec makes of these bars"):
        make_recipe(table, feature_columns(table), FeatureConfig(window=7, sets=("lags",)))


def test_a_column_that_comes_out_otherwise_is_somebodys_own():
    """The window of a z-score is not in its name when only some lags are there."""
    table = build(BARS, FeatureConfig(window=11, sets=("lags",), lags=(0, 2)))
    assert make_recipe(table, feature_columns(table)).own_columns == ["volume_z_lag2", "volume_z_lag0"]
    changed = build(BARS, FeatureConfig(sets=("lags", "rolling")))
    changed["ret_mean5"] *= 1.0 + 1e-15
    assert make_recipe(changed, feature_columns(changed)).own_columns == ["ret_mean5"]


def test_what_reads_other_symbols_is_not_made_from_bars_of_one():
    both = pd.concat([BARS, random_bars(300, seed=9).assign(symbol="other")])
    table = build(both, FeatureConfig(sets=("lags", "cross")))
    own = make_recipe(table, feature_columns(table)).own_columns
    assert own
    assert not any("_lag" in name for name in own)


def test_only_the_sets_that_a_model_reads_are_made():
    table = build(BARS, FeatureConfig(window=4))
    found = make_recipe(table, ["ret_lag3", "ret_lag2", "ret_lag1", "ret_lag0"])
    assert found.config == FeatureConfig(window=4, sets=("lags",))
    assert found.own_columns == []


def test_somebodys_own_columns_are_named():
    table = build(BARS, FeatureConfig(window=4)).assign(mood=1.0, own_lag3=2.0)
    assert make_recipe(table, feature_columns(table)).own_columns == ["mood", "own_lag3"]


@pytest.mark.parametrize("config", SPECS, ids=str)
def test_one_bar_less_and_a_column_is_not_known(config):
    columns = feature_columns(build(BARS, config))
    history = make_recipe(build(BARS, config), columns).min_history
    known = np.isfinite(build(BARS.head(history), config)[columns].iloc[-1]).all()
    assert known
    first = int(np.isfinite(build(BARS, config)[columns]).all(axis=1).to_numpy().argmax()) + 1
    assert history == max(first, config.window + config.horizon + 1)


def test_the_histories_of_the_default_features_as_reckoned_by_hand():
    """60 returns need 61 bars; the MACD histogram forgets a close after both of its averages have."""
    table = build(BARS, FeatureConfig())
    found = make_recipe(table, feature_columns(table))
    assert found.min_history == 61
    assert found.settled_history == memory(2 / 27) + memory(2 / 10) - 1


@pytest.mark.parametrize("chosen", [s for s in EVERY_SET if s != "cross"])
def test_older_bars_than_the_settled_history_change_no_bit(chosen):
    config = FeatureConfig(window=7, sets=(chosen,))
    table = build(BARS, config)
    columns = feature_columns(table)
    settled = make_recipe(table, columns).settled_history
    bars = random_bars(settled + 40, seed=3)
    whole, part = (build(b, config)[columns].iloc[-1] for b in (bars, bars.tail(settled)))
    pd.testing.assert_series_equal(whole, part, check_exact=True, check_names=False)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.0019, 0.0021, 0.002),
        (0.002, 0.0021, 0.002),
        (0.00199, 0.002, 0.00199),
        (5e-324, 0.01, 0.001),
        (0.25, 0.5, 0.3),
        (0.1, 0.1, 0.1),
    ],
)
def test_the_shortest_decimal(low, high, wanted):
    assert shortest_decimal(low, high) == wanted
