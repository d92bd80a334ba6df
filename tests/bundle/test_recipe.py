"""What rebuilds a model's columns is found in the FEATURES table itself."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.bundle.guess import shortest_decimal
from signalcli.bundle.recipe import recipe
from signalcli.features import SETS, FeatureSpec, build
from signalcli.features.windows import memory
from signalcli.tables import feature_columns

BARS = random_bars(300)
SPECS = [
    FeatureSpec(),
    FeatureSpec(window=2),
    FeatureSpec(window=35, horizon=4),
    FeatureSpec(window=5, dead_zone=0.002),
    FeatureSpec(window=5, horizon=3, dead_zone=0.0125),
    FeatureSpec(window=8, sets=("lags",)),
    FeatureSpec(window=8, sets=("lags", "calendar")),
    FeatureSpec(sets=("rolling", "indicators")),
    FeatureSpec(sets=("calendar",)),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_the_choice_is_found_in_the_table(spec):
    table = build(BARS, spec)
    assert recipe(table, feature_columns(table)).spec == spec


def test_only_the_sets_that_a_model_reads_are_made():
    table = build(BARS, FeatureSpec(window=4))
    found = recipe(table, ["ret_lag3", "ret_lag2", "ret_lag1", "ret_lag0"])
    assert found.spec == FeatureSpec(window=4, sets=("lags",))
    assert found.own == []


def test_somebodys_own_columns_are_named():
    table = build(BARS, FeatureSpec(window=4)).assign(mood=1.0, own_lag3=2.0)
    assert recipe(table, feature_columns(table)).own == ["mood", "own_lag3"]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_one_bar_less_and_a_column_is_not_known(spec):
    columns = feature_columns(build(BARS, spec))
    history = recipe(build(BARS, spec), columns).min_history
    known = np.isfinite(build(BARS.head(history), spec)[columns].iloc[-1]).all()
    assert known
    first = int(np.isfinite(build(BARS, spec)[columns]).all(axis=1).to_numpy().argmax()) + 1
    assert history == max(first, spec.window + spec.horizon + 1)


def test_the_histories_of_the_default_features_as_reckoned_by_hand():
    """60 returns need 61 bars; the MACD histogram forgets a close after both of its averages have."""
    table = build(BARS, FeatureSpec())
    found = recipe(table, feature_columns(table))
    assert found.min_history == 61
    assert found.settled_history == memory(2 / 27) + memory(2 / 10) - 1


@pytest.mark.parametrize("chosen", SETS)
def test_older_bars_than_the_settled_history_change_no_bit(chosen):
    spec = FeatureSpec(window=7, sets=(chosen,))
    table = build(BARS, spec)
    columns = feature_columns(table)
    settled = recipe(table, columns).settled_history
    bars = random_bars(settled + 40, seed=3)
    whole, part = (build(b, spec)[columns].iloc[-1] for b in (bars, bars.tail(settled)))
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
