"""What changes the hash of a stage; recipes that read back; entries; the first stage that differs."""

import dataclasses
import datetime as dt
import hashlib
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.tracking.entries import make_entries, record_of_rule
from signalcli.tracking.fingerprints import hash_bars, hash_bytes, hash_inputs, hash_json, hash_predictions
from signalcli.tracking.recipe import Recipe, from_text, to_text
from signalcli.tracking.rerun import _by_fit, _compare, rerun
from signalcli.training.walk_forward import walk_forward

RECIPE = Recipe(FitConfig(("logistic",)), FoldConfig(2))
ROWS = 60


def features(symbol="A", rows=ROWS):
    rng = np.random.default_rng(3)
    close = 100 * np.cumprod(1 + rng.normal(0, 0.01, rows))
    dates = pd.date_range("2024-01-01", periods=rows, freq="D")
    table = pd.DataFrame({"symbol": symbol, "date": dates}).assign(
        open=close, high=close, low=close, close=close
    )
    move = table["close"].shift(-1) / table["close"] - 1
    label = (move > 0).astype("Int8").where(move.notna())
    table = table.assign(
        volume=1.0, ret_lag0=table["close"].pct_change(), ret_lag1=table["close"].pct_change(2)
    )
    return table.assign(forward_return=move, direction=label, label_end=table["date"].shift(-1))


TABLE = features()
PREDICTIONS = walk_forward(TABLE, RECIPE.fit, RECIPE.folds)


def changed(column, by=1e-9, row=30):
    table = TABLE.copy()
    table.loc[row, column] += by
    return table


def stages(table, recipe=RECIPE):
    return hash_inputs(table, recipe)["A"]


def differ(table, recipe=RECIPE):
    """Stages whose hash is another one."""
    before, after = stages(TABLE), stages(table, recipe)
    return [name for name in ("bars", "features", "folds") if before[name] != after[name]]


def test_the_hash_is_the_beginning_of_sha_256():
    assert hash_bytes(b"abc") == "ba7816bf8f01cfea"
    assert hash_json({"b": 1, "a": dt.date(2024, 1, 2)}) == hash_bytes(b'{"a": "2024-01-02", "b": 1}')


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_any_bar_changes_the_hash_of_the_bars_alone(column):
    assert differ(changed(column)) == ["bars"]


@pytest.mark.parametrize("column", ["ret_lag0", "ret_lag1", "forward_return"])
def test_any_feature_or_target_changes_the_hash_of_the_features_alone(column):
    assert differ(changed(column)) == ["features"]


def test_the_direction_and_the_end_of_a_label_and_weights_count():
    flipped = TABLE.copy()
    flipped.loc[30, "direction"] = 1 - flipped.loc[30, "direction"]
    assert differ(flipped) == ["features"]
    later = TABLE.copy()
    later.loc[5, "label_end"] += pd.Timedelta(hours=1)
    assert differ(later) == ["features"]
    assert differ(TABLE.assign(weight=1.0)) == ["features"]
    assert differ(TABLE.assign(horizon=1)) == ["features"]
    assert differ(TABLE.assign(x_lag0=TABLE["ret_lag0"])) != differ(TABLE)
    named = (TABLE.assign(**{name: TABLE["ret_lag0"]}) for name in ("x_lag0", "y_lag0"))
    assert len({stages(table)["features"] for table in named}) == 2


def test_a_date_belongs_to_bars_and_features_and_folds_to_the_config():
    moved = TABLE.copy()
    moved.loc[0, "date"] -= pd.Timedelta(hours=1)
    assert differ(moved) == ["bars", "features"]
    assert differ(TABLE, Recipe(RECIPE.fit, FoldConfig(3))) == ["folds"]
    assert differ(TABLE, Recipe(RECIPE.fit, FoldConfig(2, gap=1))) == ["folds"]
    assert differ(TABLE, Recipe(FitConfig(("tree",)), RECIPE.folds)) == []


def test_the_type_of_a_number_and_the_bits_of_nan_do_not_count():
    odd = np.frombuffer(np.array([0x7FF8000000000001], dtype="uint64").tobytes(), dtype="float64")[0]
    table = TABLE.astype({"volume": "int64"})
    table.loc[0, "ret_lag0"] = odd
    assert np.isnan(TABLE.loc[0, "ret_lag0"])
    assert differ(table) == []


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_the_unit_of_a_date_does_not_count(unit):
    dates = {name: TABLE[name].astype(f"datetime64[{unit}]") for name in ("date", "label_end")}
    assert differ(TABLE.assign(**dates)) == []


def test_a_symbol_of_too_few_rows_has_no_folds():
    found = hash_inputs(pd.concat([TABLE, features("B", 4)], ignore_index=True), RECIPE)
    assert found["A"] == stages(TABLE)
    assert found["B"]["folds"] == ""


def test_each_symbol_has_hashes_of_its_own_and_pooled_ones_share_the_folds():
    pair = pd.concat([TABLE, features("B", 50)], ignore_index=True)
    alone = hash_inputs(pair, RECIPE)
    assert alone["A"] == stages(TABLE)
    assert alone["A"]["folds"] != alone["B"]["folds"]
    pooled = hash_inputs(pair, Recipe(dataclasses.replace(RECIPE.fit, pooled=True), RECIPE.folds))
    assert pooled["A"]["folds"] == pooled["B"]["folds"]
    assert pooled["A"]["bars"] == alone["A"]["bars"]


@pytest.mark.parametrize("column", ["fold", "p_up", "path", "band", "p_down"])
def test_predictions_are_hashed_with_all_that_was_predicted(column):
    rows = PREDICTIONS[PREDICTIONS["model"] == "logistic"].assign(path=1, band=0.5, p_down=0.4, p_flat=0.1)
    other = rows.assign(**{column: rows[column] + (1 if column in {"fold", "path"} else 1e-9)})
    without = rows.drop(columns=["path", "band", "p_down", "p_flat"])
    hashes = [[*hash_predictions(table).values()] for table in (rows, other, without)]
    assert [len(found) for found in hashes] == [1, 1, 1]
    assert hashes[0] != hashes[1] != hashes[2] != hashes[0]


def test_each_fit_is_hashed_by_its_own_predictions():
    found = hash_predictions(PREDICTIONS)
    for key, rows in PREDICTIONS.groupby(["symbol", "model"]):
        assert hash_predictions(rows) == {key: found[key]}
    shuffled = PREDICTIONS.sort_values(["date", "model"], kind="stable")
    assert hash_predictions(shuffled) == found


def test_the_tested_bars_are_those_of_any_model():
    found = hash_bars(PREDICTIONS)
    rows = PREDICTIONS[PREDICTIONS["model"] == "ar1"]
    prices = rows[["open", "high", "low", "close"]].to_numpy().tobytes()
    microseconds = b"".join(
        ((date - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)).to_bytes(8, "little")
        for date in rows["date"].dt.to_pydatetime()
    )
    assert found == {"A": hashlib.sha256(microseconds + prices).hexdigest()[:16]}


# ---- recipes

FULL = Recipe(
    FitConfig(("tree", "ar"), {"tree": {"n_estimators": 9}, "ar": {"members": (3, 2)}}, random_state=4),
    FoldConfig(3, holdout=dt.date(2024, 3, 1), cv="rolling"),
    FeatureConfig(window=9, label="triple-barrier", barriers=(2.0, 1.0), sets=("lags", "calendar")),
    FetchConfig(start=dt.date(2020, 1, 2)),
    ("A", "B"),
    TradingRule(cost_bps=3.5, stop_loss=0.1),
)


def test_a_recipe_reads_back():
    assert from_text(to_text(FULL)) == FULL
    assert from_text(to_text(RECIPE)) == RECIPE
    saved = json.loads(to_text(FULL))
    assert (saved["folds"]["holdout"], saved["fetch"]["start"]) == ("2024-03-01", "2020-01-02")


def test_a_recipe_of_an_older_or_newer_version():
    """What it does not say has its default; what is not known any more is ignored."""
    saved = json.loads(to_text(FULL))
    del saved["rule"], saved["folds"]["cv"]
    saved["fit"]["unknown"] = 1
    found = from_text(json.dumps(saved))
    assert found.rule == TradingRule()
    assert found.folds.cv == "expanding"
    assert found.fit == FULL.fit


@given(
    st.recursive(st.integers() | st.none() | st.booleans(), lambda x: st.lists(x, max_size=3), max_leaves=6)
)
def test_lists_of_settings_are_tuples_at_any_depth(value):
    def as_tuples(x):
        return tuple(map(as_tuples, x)) if isinstance(x, list) else x

    recipe = from_text(json.dumps(json.loads(to_text(RECIPE)) | {"symbols": []}))
    text = json.loads(to_text(recipe))
    text["fit"]["settings"] = {"logistic": {"x": value}}
    assert from_text(json.dumps(text)).fit.settings == {"logistic": {"x": as_tuples(value)}}


# ---- a run again


def test_the_first_fit_and_stage_that_differ():
    hashes = [
        ("A", "tree", '{"bars": "1", "features": "2"}'),
        ("B", "tree", '{"bars": "1", "features": "3"}'),
    ]
    expected = _by_fit(hashes)
    assert _compare(expected, expected, ("bars", "features")) == [
        {"stage": "bars", "fits": 2, "different": 0, "first": None},
        {"stage": "features", "fits": 2, "different": 0, "first": None},
    ]
    actual = _by_fit([hashes[0], ("B", "tree", '{"bars": "1", "features": "4"}')])
    assert _compare(expected, actual, ("features", "bars")) == [
        {"stage": "features", "fits": 2, "different": 1, "first": "B tree"}
    ]
    assert _compare(expected, _by_fit(hashes[:1]), ("bars",))[0]["first"] == "B tree"
    assert _compare(expected, {}, ("bars",))[0]["different"] == 2


def test_paths_are_numbered_in_their_order():
    found = _by_fit([("A", "m", '{"x": 1}'), ("A", "m", '{"x": 2}'), ("A", "n", None), ("B", "m", "{}")])
    assert list(found) == [("A", "m", 1), ("A", "m", 2), ("A", "n", 1), ("B", "m", 1)]
    assert [h.get("x") for h in found.values()] == [1, 2, None, None]


ENTRIES = make_entries(TABLE, PREDICTIONS, RECIPE, "r", "now")


def test_a_run_again_is_the_same_and_another_table_is_not():
    kept = [dataclasses.asdict(entry) for entry in ENTRIES]
    assert [row["different"] for row in rerun(kept, TABLE, RECIPE)] == [0] * 5
    assert [row["stage"] for row in rerun(kept, changed("ret_lag0"), RECIPE)] == ["bars", "features"]
    other = Recipe(RECIPE.fit, RECIPE.folds, rule=TradingRule(cost_bps=99))
    assert [row["different"] for row in rerun(kept, TABLE, other)] == [0, 0, 0, 0, 4]
    wrong = [row | {"stages": row["stages"].replace('"predictions": "', '"predictions": "x')} for row in kept]
    last = rerun(wrong, TABLE, RECIPE)[-1]
    assert (last["stage"], last["different"], last["first"]) == ("predictions", 4, "A ar1")


def test_entries_hold_what_was_decided():
    by_model = {entry.model: entry for entry in ENTRIES}
    assert sorted(by_model) == ["ar1", "logistic", "majority", "persistence"]
    one = by_model["logistic"]
    rows = PREDICTIONS[PREDICTIONS["model"] == "logistic"]
    judged = rows.dropna(subset=["direction"])
    right = (judged["p_up"] > 0.5) == (judged["direction"] == 1)
    said = np.where(judged["direction"] == 1, judged["p_up"], 1 - judged["p_up"])
    assert one.accuracy == pytest.approx(right.mean())
    assert one.log_loss == pytest.approx(-np.log(said).mean())
    assert (one.run, one.made_at, one.symbol, one.rows, one.pooled, one.seed) == (
        "r",
        "now",
        "A",
        len(rows),
        0,
        0,
    )
    assert (one.baseline, by_model["ar1"].baseline) == (0, 1)
    assert one.opened is None
    assert one.features_hash == hash_json(["ret_lag0", "ret_lag1"])
    assert from_text(one.recipe) == RECIPE
    assert json.loads(one.rule) == dataclasses.asdict(TradingRule())
    assert json.loads(one.folds)["folds"] == 2
    assert json.loads(one.stages)["bars"] == stages(TABLE)["bars"]
    opened = dataclasses.replace(RECIPE, folds=FoldConfig(2, holdout=dt.date(2024, 2, 20), open_holdout=True))
    tested = walk_forward(TABLE, opened.fit, opened.folds)
    assert {e.opened for e in make_entries(TABLE, tested, opened, "r", "now")} == {"2024-02-20"}


@pytest.mark.parametrize(
    ("fit", "rule", "same"),
    [
        ({}, {}, True),
        ({"models": ("logistic", "tree")}, {}, True),  # another model beside it
        ({"models": ("logistic", "tree"), "settings": {"tree": {"n_estimators": 9}}}, {}, True),
        ({"settings": {"logistic": {"C": 9.0}}}, {}, False),
        ({"random_state": 1}, {}, False),
        ({"calibrate": "platt"}, {}, False),
        ({"coverage": 0.8}, {}, False),
        ({"pooled": True}, {}, False),
        ({}, {"cost_bps": 9.0}, False),
    ],
)
def test_what_makes_another_trial(fit, rule, same):
    fit = dataclasses.replace(RECIPE.fit, **fit)
    recipe = Recipe(fit, RECIPE.folds, rule=TradingRule(**rule))
    (found,) = (e for e in make_entries(TABLE, PREDICTIONS, recipe, "r", "now") if e.model == "logistic")
    (one,) = (e for e in ENTRIES if e.model == "logistic")
    assert (found.config_hash == one.config_hash) == same
    assert (found.fit_hash == one.fit_hash) == (same or bool(rule))


def test_another_rule_is_a_further_trial_of_the_fits_that_are_known():
    rule = TradingRule(cost_bps=50.0)
    known = [entry for entry in ENTRIES if entry.model in {"logistic", "ar1"}]
    found = record_of_rule(known, PREDICTIONS, rule, "r2", "later").entries
    assert [(e.model, e.run, e.made_at) for e in found] == [
        ("ar1", "r2", "later"),
        ("logistic", "r2", "later"),
    ]
    fresh = make_entries(TABLE, PREDICTIONS, dataclasses.replace(RECIPE, rule=rule), "r2", "later")
    wanted = {entry.model: entry for entry in fresh}
    assert found == [wanted["ar1"], wanted["logistic"]]
    other = PREDICTIONS.assign(p_up=PREDICTIONS["p_up"] * 0.999)
    assert record_of_rule(known, other, rule, "r2", "later").entries == []
    unknown = SimpleNamespace(symbol="A", model="ar1", stages=None)
    assert record_of_rule([unknown], PREDICTIONS, rule, "", "").entries == []


def test_another_universe_is_another_trial():
    """A model that learns from other rows is another one, although bars, features and labels are the same."""
    every = TABLE.assign(member=1)
    later = TABLE.assign(member=(TABLE["date"] >= "2024-01-10").astype("int8"))
    hashes = [stages(table)["features"] for table in (TABLE, every, later)]
    assert len(set(hashes)) == len(hashes)
