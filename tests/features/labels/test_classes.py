"""Two directions or three: what the labels and returns of a table say about it."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.features import FeatureConfig, build
from signalcli.features.labels.classes import THREE, TWO, class_labels
from signalcli.training.walk_forward import walk_forward

SHAPE = {"window": 4, "sets": ("lags",)}


def rising(rows=200):
    """Bars that stand still, creep up or jump up, and never fall."""
    close = 100 * np.cumprod(1 + np.random.default_rng(0).choice([0, 0.001, 0.02], rows))
    return random_bars(rows).assign(open=close, high=close, low=close, close=close)


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ({}, TWO),
        ({"dead_zone": 0.01}, THREE),
        ({"label": "dead-zone", "dead_zone": 0.01}, THREE),
        ({"label": "triple-barrier", "horizon": 5}, THREE),
        ({"label": "trend-scan", "horizon": 5}, TWO),
    ],
)
def test_what_features_writes_is_told_apart(settings, known):
    assert class_labels([build(random_bars(300), FeatureConfig(**SHAPE, **settings))]) == known


def test_a_dead_zone_without_a_fall_is_still_one():
    two, three = (build(rising(), FeatureConfig(**SHAPE, dead_zone=zone)) for zone in (0.0, 0.01))
    assert set(three["direction"].dropna()) == {0, 1}
    assert class_labels([three]) == THREE
    assert class_labels([two]) == TWO, "there 0 is not up"
    assert class_labels([two, three]) == TWO, "0 of the one would be up in the other: nobody can tell"


def test_a_fall_of_any_symbol_speaks_for_all():
    falls = build(random_bars(100, symbol="BBB"), FeatureConfig(**SHAPE, dead_zone=0.01))
    assert class_labels([build(rising(), FeatureConfig(**SHAPE, dead_zone=0.01)), falls]) == THREE


def test_labels_without_any_return_are_two():
    table = build(rising(), FeatureConfig(**SHAPE, dead_zone=0.01)).assign(forward_return=np.nan)
    assert class_labels([table]) == TWO
    assert class_labels([table.assign(direction=pd.array([pd.NA] * len(table), "Int8"))]) == TWO


def test_nobody_sells_where_flat_was_meant():
    features = build(rising(), FeatureConfig(**SHAPE, dead_zone=0.01))
    predictions = walk_forward(features, FitConfig(("logistic",)), FoldConfig(3))
    assert (predictions["p_down"] == 0).all()
    np.testing.assert_allclose(predictions[["p_up", "p_flat"]].sum(axis=1), 1)
    returned = backtest(predictions, TradingRule())
    assert set(returned.loc[returned["model"] == "logistic", "position"]) <= {0.0, 1.0}
