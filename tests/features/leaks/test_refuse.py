"""Tables with columns of the future are refused by every way in."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.leaks import LeakConfig
from signalcli.errors import DataError
from signalcli.features.build import build
from signalcli.features.leaks.refuse import refuse_leaks_beside

VERBS = ["features bars.csv", "run bars.csv --model majority --folds 2 --ledger off"]
FLAGS = "--sets lags --window 2"


@pytest.fixture
def leaky(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bars = random_bars(300)
    tomorrow = bars["close"].shift(-1)
    bars = bars.assign(
        Tomorrow=tomorrow,
        Target=(tomorrow > bars["close"]).astype(int),
        noise=np.random.default_rng(1).normal(size=300),
    )
    bars.to_csv("bars.csv", index=False)
    return bars


@pytest.mark.parametrize("extra", ["", "--extra Tomorrow,Target", "--extra all"])
@pytest.mark.parametrize(
    "verb", ["features bars.csv", "run bars.csv --model majority --folds 2 --ledger off"]
)
def test_both_columns_are_named_whether_they_are_features_or_not(leaky, verb, extra):
    said = run(f"{verb} {FLAGS} {extra}", status=65).stderr
    assert "error[FEATURES-LEAK]: 2 " in said
    assert "Tomorrow" in said
    assert "Target" in said
    assert "noise" not in said.partition("; --extra")[0]


@pytest.mark.parametrize(
    "verb", ["features bars.csv", "run bars.csv --model majority --folds 2 --ledger off"]
)
def test_the_flag_of_the_message_goes_on_without_them(leaky, verb):
    said = run(f"{verb} {FLAGS}", status=65).stderr
    flag = said.strip().rpartition("go on without them by ")[2]
    done = run(f"{verb} {FLAGS} {flag} --quiet")
    assert "Tomorrow" not in done.splitlines()[0]


def test_named_columns_can_be_kept(leaky):
    head = run(f"features bars.csv {FLAGS} --extra Target --allow-leak Target,Tomorrow").splitlines()[0]
    assert "Target" in head.split(",")


def test_fit_refuses_a_column_that_was_added_behind_features(leaky):
    table = build(leaky.drop(columns=["Tomorrow", "Target", "noise"]), FeatureConfig(window=2))
    table["late"] = table["forward_return"].fillna(0.0)
    table.to_csv("f.csv", index=False)
    said = run("fit f.csv --model majority --folds 2 --ledger off", status=65).stderr
    assert "late" in said
    run("fit f.csv --model majority --folds 2 --ledger off --exclude late")


def test_an_honest_column_beside_the_bars_is_left_in_peace(leaky):
    bars = leaky.drop(columns=["Tomorrow", "Target"])
    table = build(bars, FeatureConfig(window=2))
    refuse_leaks_beside(bars, table, FeatureConfig(window=2), LeakConfig())
    with pytest.raises(DataError, match="Tomorrow"):
        refuse_leaks_beside(leaky, table, FeatureConfig(window=2), LeakConfig())


def test_dates_with_a_zone_match(leaky):
    bars = leaky.assign(date=pd.to_datetime(leaky["date"]))
    table = build(bars, FeatureConfig(window=2))
    with pytest.raises(DataError, match="Target"):
        refuse_leaks_beside(bars, table, FeatureConfig(window=2), LeakConfig())
