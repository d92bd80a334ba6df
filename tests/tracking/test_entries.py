"""What a trial is: every decision, the data seen and the rule give another hash; baselines are no trials."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.features import FeatureConfig, build
from signalcli.tracking.entries import (
    FitRecord,
    Tried,
    _data_seen,
    _model_columns,
    join_records,
    make_record,
    record_of_trials,
)
from signalcli.tracking.fingerprints import hash_bars
from signalcli.tracking.luck import DRAWS, draw, join
from signalcli.tracking.market_patterns import NO_PATTERNS
from signalcli.tracking.markets import Dataset
from signalcli.tracking.recipe import Recipe
from signalcli.training.walk_forward import walk_forward

RECIPE = Recipe(FitConfig(("logistic",), settings={"logistic": {"C": 1.0}}), FoldConfig(2))


def hashes(name="logistic", recipe=RECIPE, features=("a", "b"), seen="s"):
    columns = _model_columns(name, recipe, list(features), seen)
    return columns["fit_hash"], columns["config_hash"]


def with_fit(**changes):
    return replace(RECIPE, fit=replace(RECIPE.fit, **changes))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "ar"},
        {"name": "logistic@5"},
        {"features": ("b", "a")},
        {"features": ("a",)},
        {"seen": "t"},
        {"recipe": replace(RECIPE, folds=FoldConfig(3))},
        {"recipe": replace(RECIPE, folds=FoldConfig(2, gap=1))},
        {"recipe": with_fit(settings={"logistic": {"C": 2.0}})},
        {"recipe": with_fit(random_state=5)},
        {"recipe": with_fit(calibrate="platt")},
        {"recipe": with_fit(pooled=True)},
        {"recipe": with_fit(coverage=0.8)},
    ],
)
def test_every_decision_of_a_fit_is_another_trial(changed):
    assert hashes(**changed)[0] != hashes()[0]
    assert hashes(**changed)[1] != hashes()[1]


def test_another_rule_is_another_trial_of_the_same_fit():
    fit, trial = hashes(recipe=replace(RECIPE, rule=TradingRule(threshold=0.55)))
    assert fit == hashes()[0]
    assert trial != hashes()[1]


def test_other_models_of_the_command_are_no_decision_of_this_one():
    assert hashes(recipe=with_fit(models=("logistic", "ar"), seeds=3)) == hashes()


def test_the_seed_of_a_repetition_is_that_of_its_name():
    columns = _model_columns("lstm@7", RECIPE, [], "")
    assert (columns["seed"], columns["model"], columns["baseline"]) == (7, "lstm@7", 0)
    assert _model_columns("logistic", with_fit(random_state=5), [], "")["seed"] == 5
    assert _model_columns("majority", RECIPE, [], "")["baseline"] == 1


def test_settings_are_written_by_name_whatever_their_order():
    columns = _model_columns("logistic", with_fit(settings={"logistic": {"max_iter": 9, "C": 2.0}}), [], "")
    assert columns["settings"] == '{"C": 2.0, "max_iter": 9}'
    assert _model_columns("ar", RECIPE, [], "")["settings"] == "{}"


def test_a_pooled_model_sees_the_data_of_all_symbols():
    inputs = {"A": {"features": "1", "bars": "x"}, "B": {"features": "2", "bars": "x"}}
    assert _data_seen(inputs, FitConfig()) == {"A": "1", "B": "2"}
    pooled = _data_seen(inputs, FitConfig(pooled=True))
    assert pooled["A"] == pooled["B"]
    other = _data_seen(inputs | {"B": {"features": "3"}}, FitConfig(pooled=True))
    assert other["A"] != pooled["A"]


def test_bars_are_their_dates_and_all_four_prices_and_each_date_counts_once():
    bars = random_bars(5)
    for column in ("open", "high", "low", "close"):
        assert hash_bars(bars.assign(**{column: bars[column] + 1})) != hash_bars(bars)
    assert hash_bars(bars.assign(date=bars["date"] + pd.Timedelta(days=1))) != hash_bars(bars)
    twice = pd.concat([bars.assign(model="a"), bars.assign(model="b")]).sort_values("date")
    assert hash_bars(twice) == hash_bars(bars)


TABLE = build(random_bars(120), FeatureConfig(window=4, sets=("lags",)))


def test_a_record_has_the_luck_of_the_models_alone_and_scores_under_its_rule():
    """Luck by the net returns under ten basis points; the Sharpe ratio is per bar, of all tested rows."""
    recipe = Recipe(FitConfig(("ar",)), FoldConfig(2), rule=TradingRule(cost_bps=10))
    predictions = walk_forward(TABLE, recipe.fit, recipe.folds)
    returns = backtest(predictions, recipe.rule)
    found = make_record(TABLE, predictions, recipe, "r", "now")
    own = returns[returns["model"] == "ar"]
    (dataset,) = found.datasets.values()
    np.testing.assert_array_equal(
        dataset.luck, join([draw(own["date"].to_numpy(), own["net_return"].to_numpy())])
    )
    (entry,) = [e for e in found.entries if e.model == "ar"]
    net = own["net_return"]
    assert entry.sharpe == pytest.approx(net.mean() / net.std())
    assert entry.rows == len(own)
    assert entry.opened is None
    assert {e.model: e.baseline for e in found.entries} == {
        "ar": 0,
        "majority": 1,
        "persistence": 1,
        "ar1": 1,
    }


def test_what_a_search_tried_is_recorded_as_fits_without_a_recipe():
    """Two settings: the entries are those of two fits, and the luck of the data is that of both."""
    shared = Recipe(FitConfig(("ar",)), FoldConfig(2), rule=TradingRule(cost_bps=10))
    fits = [replace(shared.fit, settings={"ar": {"p": p}}) for p in (1, 2)]
    tables = [walk_forward(TABLE, fit, shared.folds) for fit in fits]
    tried = [Tried(fit, table[table["model"] == "ar"]) for fit, table in zip(fits, tables, strict=True)]
    found = record_of_trials(TABLE, tried, shared, "r", "now")
    alone = [
        make_record(TABLE, table, replace(shared, fit=fit), "r", "now")
        for fit, table in zip(fits, tables, strict=True)
    ]
    of_ar = [entry for record in alone for entry in record.entries if entry.model == "ar"]
    assert found.entries == [replace(entry, recipe=None, stages=None) for entry in of_ar]
    assert len({entry.config_hash for entry in found.entries}) == 2
    (name, dataset), *_ = found.datasets.items()
    np.testing.assert_array_equal(dataset.luck, join([record.datasets[name].luck for record in alone]))
    np.testing.assert_array_equal(dataset.patterns.codes, alone[0].datasets[name].patterns.codes)


def test_entries_of_a_search_name_their_data_and_libraries():
    """Two tables of the last forty rows under one setting, without a fit."""
    shared = Recipe(FitConfig(("ar",)), FoldConfig(2))
    tables = [TABLE.tail(40).assign(model="ar", fold=1, p_up=p) for p in (0.9, 0.1)]
    found = record_of_trials(TABLE, [Tried(shared.fit, table) for table in tables], shared, "r", "now")
    (symbol,) = TABLE["symbol"].unique()
    for entry, table in zip(found.entries, tables, strict=True):
        assert (entry.symbol, entry.data_hash) == (symbol, hash_bars(TABLE)[symbol])
        assert entry.test_hash == hash_bars(table)[symbol] != entry.data_hash
        assert set(json.loads(entry.versions)) >= {"signalcli", "numpy"}
        assert json.loads(entry.folds)["folds"] == 2
    (dataset,) = found.datasets.values()
    returns = [backtest(table, shared.rule).query("model == 'ar'") for table in tables]
    drawn = [draw(r["date"].to_numpy(), r["net_return"].to_numpy()) for r in returns]
    np.testing.assert_array_equal(dataset.luck, join(drawn))


def test_a_hold_out_is_opened_only_by_opening_it():
    for folds, opened in (
        (FoldConfig(2, holdout=TABLE["date"].iloc[90].date()), None),
        (
            FoldConfig(2, holdout=TABLE["date"].iloc[90].date(), open_holdout=True),
            f"{TABLE['date'].iloc[90]:%Y-%m-%d}",
        ),
    ):
        recipe = Recipe(FitConfig(("ar",)), folds)
        predictions = walk_forward(TABLE, recipe.fit, folds)
        assert {e.opened for e in make_record(TABLE, predictions, recipe, "r", "now").entries} == {opened}


def test_records_that_are_joined_have_the_entries_and_the_luck_of_both():
    low, high = np.full(DRAWS, -1.0, "float32"), np.full(DRAWS, 2.0, "float32")
    one = FitRecord(["a"], {"d": Dataset(NO_PATTERNS, high)})  # type: ignore[list-item]
    two = FitRecord(["b"], {"d": Dataset(NO_PATTERNS, low), "e": Dataset(NO_PATTERNS, low)})  # type: ignore[list-item]
    both = join_records(one, two)
    assert both.entries == ["a", "b"]
    assert {name: float(d.luck[0]) for name, d in both.datasets.items()} == {"d": 2.0, "e": -1.0}
