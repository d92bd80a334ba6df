"""Trials of a ledger of a few entries, counted by hand."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import edited_bars as worlds
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import UsageError
from signalcli.evaluation.metrics.sharpe import Trials, expected_maximum
from signalcli.tracking import luck
from signalcli.tracking.fingerprints import _hash_folds
from signalcli.tracking.import_ledger import import_ledger
from signalcli.tracking.ledger import Entry, add_entries, read_entries, read_openings, read_run
from signalcli.tracking.market_patterns import find_patterns
from signalcli.tracking.markets import Dataset
from signalcli.tracking.provenance import Provenance, flat_settings, provenance
from signalcli.tracking.recipe import Recipe, from_text, to_text
from signalcli.tracking.rerun import rerun
from signalcli.tracking.trials import BarsTested, Pool, read_pool, read_trials
from signalcli.tracking.trials_table import trials_table

ENTRY = Entry(
    *("r1", "2024-01-02T03:04:05+00:00", "A", "tree", 0, "data", "tested", "names", "c1", "{}", "{}"),
    *("{}", 0, 0, 100, 0.5, 0.7, 0.1, None),
)
BARS = worlds.bars(np.random.default_rng(1))
OWN = BarsTested("A", "tested", find_patterns(BARS))
ONE = luck.draw(BARS["date"].to_numpy(), np.random.default_rng(2).normal(size=len(BARS)))


def entry(config_hash, sharpe, **changes):
    return replace(ENTRY, config_hash=config_hash, sharpe=sharpe, **changes)


@pytest.fixture
def file(tmp_path):
    """Two configurations on data with patterns, one of them twice; three on data without; a baseline."""
    found = tmp_path / "ledger.sqlite"
    measured = [
        entry("c1", 0.1),
        entry("c1", 0.3, run="r2", rows=120),
        entry("c2", None),
        entry("b", 5.0, baseline=1, run="r9", rows=999),
    ]
    old = [entry(f"u{k}", k / 10, data_hash=f"old{k}", test_hash=f"t{k}", symbol="A") for k in (0, 1, 2)]
    other = entry("x", 9.0, data_hash="other", test_hash="o", symbol="B")
    add_entries(found, [*measured, *old, other], {"data": Dataset(OWN.patterns, ONE)})
    return found


def test_a_repeated_configuration_is_one_trial_with_its_latest_sharpe_ratio(file):
    """.3, nothing, 0, .1 and .2: five trials, of which four have a Sharpe ratio."""
    trials = read_trials(file, "tested", OWN)
    assert trials.number == 5
    assert trials.variance == pytest.approx(np.var([0.3, 0.0, 0.1, 0.2], ddof=1))


def test_trials_whose_returns_are_not_known_count_as_independent(file):
    """One trial has no luck and counts as one; three more are not measured: four of five."""
    pool = read_pool(file, OWN)
    assert pool.unmeasured == 3
    assert pool.effective == pytest.approx(1 + 3, abs=0.1)
    assert pool.trials.luck == pytest.approx(expected_maximum(pool.effective))


def test_trials_without_patterns_are_never_more_than_there_are(tmp_path):
    """Three configurations that were tried on two old files each are three trials, not more."""
    found = tmp_path / "ledger.sqlite"
    old = [
        entry(f"u{k}", 0.1, data_hash=f"old{k}{j}", test_hash="tested") for k in range(3) for j in range(2)
    ]
    add_entries(found, old)
    pool = read_pool(found, OWN)
    assert (pool.trials.number, pool.unmeasured, pool.effective) == (3, 3, 3)


def test_a_market_is_described_by_its_models_and_not_by_baselines(file):
    """Runs r1 and r2, six fits on four data sets, the longest test of 120 bars."""
    pool = read_pool(file, OWN)
    assert (pool.runs, pool.fits, pool.datasets, pool.rows) == (2, 6, 4, 120)
    assert pool.symbols == ("A",)
    days = OWN.patterns.days
    assert (pool.first, pool.last) == (days.min(), days.max())


def test_bars_that_a_fit_was_tested_on_lead_to_its_market_whatever_their_name(file):
    """Few bars have no patterns: the hash of the tested ones leads to the data, and to all trials on it."""
    few = find_patterns(BARS.iloc[:3])
    assert read_trials(file, "tested", BarsTested("Z", "tested", few)).number == 2
    assert read_trials(file, "never", BarsTested("Z", "never", few)) is None
    assert read_trials(file, "never", BarsTested("B", "never", few)).number == 1
    assert read_trials(file, "never", BarsTested("A", "never", few)).number == 5, "in and outside of markets"


def test_a_ledger_of_an_older_version_has_no_markets_but_symbols(file):
    """All five configurations on data of the symbol, none of which is measured."""
    with closing(sqlite3.connect(file)) as ledger, ledger:
        for table in ("datasets", "patterns", "markets"):
            ledger.execute(f"drop table {table}")
    assert read_trials(file, "tested", OWN).number == 5
    pool = read_pool(file, OWN)
    assert (pool.trials.number, pool.unmeasured, pool.effective) == (5, 5, 5)


def test_two_sharpe_ratios_have_a_variance_and_one_has_none(tmp_path):
    found = tmp_path / "ledger.sqlite"
    add_entries(found, [entry("c1", 0.1)])
    assert read_trials(found, "tested").variance == 0
    add_entries(found, [entry("c2", 0.3)])
    assert read_trials(found, "tested").variance == pytest.approx(0.02)


def pool(trials, rows=100):
    return Pool(trials, 3.0, 0, 1, 1, 1, rows, ("A", "B"), 0, 19723)


def test_the_table_shows_both_benchmarks_and_the_larger_one_decides():
    """A spread of .2 over four trials, and a luck of 1.5 in a hundred bars: 1.5 / √99."""
    raw = 0.2 * expected_maximum(4)
    first, second = trials_table([pool(Trials(4, 0.04, 1.5)), pool(Trials(4, 0.0, 1.5))]).to_dict("records")
    assert first["sharpe_sd"] == pytest.approx(0.2)
    assert first["raw_benchmark"] == pytest.approx(raw)
    assert first["effective_benchmark"] == Trials(4, 0.0, 1.5).benchmark(100)
    assert (first["benchmark"], first["decided_by"]) == (pytest.approx(raw), "raw")
    assert (second["benchmark"], second["decided_by"]) == (first["effective_benchmark"], "effective")
    assert (first["symbols"], first["start"], first["end"]) == ("A B", "1970-01-01", "2024-01-01")
    assert list(first) == list(trials_table([]).columns)
    (short,) = trials_table([pool(Trials(4, 0.0, 1.5), rows=2)]).to_dict("records")
    assert short["effective_benchmark"] == 1.5, "two bars have one degree of freedom"
    (nothing,) = trials_table([pool(Trials(1, 0.0, 0.0), rows=1)]).to_dict("records")
    assert (nothing["benchmark"], nothing["decided_by"]) == (0, "raw")


def test_a_run_is_named_by_its_beginning_and_by_nothing_in_the_middle(file):
    assert [e["sharpe"] for e in read_run(file, "r2")] == [0.3]
    for name in ("r", "2", "", "r3"):
        with pytest.raises(UsageError, match=f"runs start with {name}"):
            read_run(file, name)
    assert [e["config_hash"] for e in read_entries(file)][:3] == ["c1", "c1", "c2"]


def test_openings_are_those_of_the_same_data_each_run_once(tmp_path):
    found = tmp_path / "ledger.sqlite"
    opened = [
        entry("a", 0.1, run="r1", opened="2020-01-01", made_at="1"),
        entry("b", 0.1, run="r1", opened="2020-01-01", made_at="2"),
        entry("a", 0.1, run="r2", opened="2020-01-01", made_at="3", test_hash="later"),
        entry("a", 0.1, run="r3", made_at="4"),
        entry("a", 0.1, run="r4", opened="2021-01-01", made_at="5", data_hash="other", test_hash="o"),
    ]
    add_entries(found, opened)
    assert read_openings(found, "tested") == ("1 from 2020-01-01", "3 from 2020-01-01")
    assert read_openings(found, "o") == ("5 from 2021-01-01",)
    assert read_openings(found, "never") == ()


def test_an_import_knows_a_fit_by_its_run_model_configuration_and_data(tmp_path):
    mine, theirs = tmp_path / "mine.sqlite", tmp_path / "theirs.sqlite"
    add_entries(mine, [ENTRY])
    new = [
        replace(ENTRY, **{name: value})
        for name, value in (
            ("run", "r7"),
            ("symbol", "B"),
            ("model", "ar"),
            ("config_hash", "c9"),
            ("data_hash", "d9"),
            ("sharpe", 0.9),
        )
    ]
    add_entries(theirs, [replace(ENTRY, made_at="another time"), *new])
    assert import_ledger(mine, theirs) == (6, 1)
    assert import_ledger(mine, theirs) == (0, 7)
    assert len(read_entries(mine)) == 7


def test_recipes_are_named_once_in_the_order_of_the_fits():
    a, b = (Recipe(FitConfig((model,)), FoldConfig(2)) for model in ("tree", "ar"))
    fits = tuple(replace(ENTRY, recipe=to_text(recipe)) for recipe in (b, a, b, b))
    assert Provenance({}, {}, {}, fits, {}).recipes == [b, a]


def test_a_rerun_ends_with_the_first_stage_that_differs(monkeypatch):
    """Two fits, the second of which had other features: nothing is fitted, and it is named."""
    stages = '{"bars": "1", "features": "%s", "folds": "1", "predictions": "1", "scores": "1"}'
    rows = [
        {"symbol": s, "model": "m", "stages": stages % f} for s, f in (("A", "1"), ("B", "2"), ("C", "3"))
    ]
    same = {"bars": "1", "features": "1", "folds": "1"}
    where = "signalcli.tracking.rerun"
    monkeypatch.setattr(f"{where}.hash_inputs", lambda *_: {"A": same, "B": same, "C": same})
    monkeypatch.setattr(f"{where}.walk_forward", None)
    found = rerun(rows, pd.DataFrame(), None)
    assert [(r["stage"], r["fits"], r["different"], r["first"]) for r in found] == [
        ("bars", 3, 0, None),
        ("features", 3, 2, "B m"),
    ]
    monkeypatch.setattr(f"{where}.hash_inputs", lambda *_: {"A": same})
    (bars,) = rerun(rows, pd.DataFrame(), None)
    assert (bars["different"], bars["first"]) == (2, "B m"), "a fit that is missing is different"


def test_another_market_of_the_same_name_has_trials_of_its_own(tmp_path):
    """Two series under one symbol, three trials on the other one."""
    found = tmp_path / "ledger.sqlite"
    other = find_patterns(worlds.bars(np.random.default_rng(7)))
    add_entries(found, [ENTRY], {"data": Dataset(OWN.patterns, ONE)})
    further = [entry(f"o{k}", 0.1, data_hash="other", test_hash="o") for k in range(3)]
    add_entries(found, further, {"other": Dataset(other, ONE)})
    assert read_trials(found, "tested", OWN).number == 1
    assert read_trials(found, "o", BarsTested("A", "o", other)).number == 3


def test_an_edited_file_is_found_through_the_file_that_was_tested(tmp_path):
    """The bars tested now are few; those of the same name led to a market with one more file in it."""
    found = tmp_path / "ledger.sqlite"
    edited = find_patterns(BARS.iloc[1:])
    of_edit = entry("e", 0.2, data_hash="edited", test_hash="e", symbol="renamed")
    datasets = {"data": Dataset(OWN.patterns, ONE), "edited": Dataset(edited, ONE)}
    add_entries(found, [ENTRY, of_edit], datasets)
    few = BarsTested("Z", "tested", find_patterns(BARS.iloc[:3]))
    assert read_trials(found, "tested", few).number == 2


def test_a_configuration_on_old_and_new_data_is_one_trial(tmp_path):
    found = tmp_path / "ledger.sqlite"
    old = entry("c1", 0.1, data_hash="old", test_hash="t")
    add_entries(found, [ENTRY, old], {"data": Dataset(OWN.patterns, ONE)})
    pool = read_pool(found, OWN)
    assert (pool.trials.number, pool.unmeasured, pool.effective) == (1, 1, 1)
    rng, days = np.random.default_rng(3), BARS["date"].to_numpy()
    two = luck.join([ONE, luck.draw(days, rng.normal(size=len(BARS)))])
    add_entries(found, [entry("c2", 0.2)], {"data": Dataset(OWN.patterns, two)})
    assert luck.effective_trials(luck.expected_best(two)) > 1.5
    pool = read_pool(found, OWN)
    assert (pool.trials.number, pool.unmeasured, pool.effective) == (2, 1, 2), "never more than there are"


def test_the_latest_fit_with_the_same_predictions_made_them(tmp_path, monkeypatch):
    """Of two fits that predicted the same the later one counts; one of an older version says too little."""
    found = tmp_path / "ledger.sqlite"
    same = replace(ENTRY, stages='{"predictions": "p"}', fit_hash="f", recipe="{}")
    early, late = replace(same, versions='{"python": "1"}'), replace(same, versions='{"python": "2"}')
    other = replace(same, stages='{"predictions": "q"}', versions='{"python": "3"}')
    add_entries(found, [early, late, other, replace(late, fit_hash=None, versions='{"python": "0"}')])
    where = "signalcli.tracking.provenance"
    monkeypatch.setattr(f"{where}.hash_bars", lambda _: {"A": "tested"})
    monkeypatch.setattr(f"{where}.tested_bars", lambda _: [])
    monkeypatch.setattr(f"{where}.hash_predictions", lambda _: {("A", "tree"): "p", ("A", "ar"): "none"})
    known = provenance(found, None)
    assert known.versions == {"python": "2"}
    assert [fit.versions for fit in known.fits] == ['{"python": "2"}']
    assert (known.trials, known.openings) == ({}, {})


def test_a_rerun_selects_the_features_that_the_fit_had(monkeypatch):
    """The selection is part of the recipe, so the walk-forward and the entries see what it leaves."""
    where, seen = "signalcli.tracking.rerun", []
    stages = dict.fromkeys(("bars", "features", "folds", "predictions", "scores"), "1")
    row = {"symbol": "A", "model": "m", "stages": json.dumps(stages)}
    monkeypatch.setattr(f"{where}.hash_inputs", lambda *_: {"A": stages})
    monkeypatch.setattr(f"{where}.select_features", lambda table, _: (f"some of {table}", []))
    monkeypatch.setattr(f"{where}.walk_forward", lambda table, *_: seen.append(table))
    entries = [replace(ENTRY, model="m", stages=json.dumps(stages | {"scores": "2"}))]
    monkeypatch.setattr(f"{where}.make_entries", lambda table, *_: seen.append(table) or entries)
    found = rerun([row], "all", SimpleNamespace(fit=None, folds=None))
    assert seen == ["some of all"] * 2
    assert [(r["stage"], r["different"]) for r in found] == [
        ("bars", 0),
        ("features", 0),
        ("folds", 0),
        ("predictions", 0),
        ("scores", 1),
    ]
    entries.clear()
    assert rerun([row], "all", SimpleNamespace(fit=None, folds=None))[-1] == {
        "stage": "predictions",
        "fits": 1,
        "different": 1,
        "first": "A m",
    }


def test_a_recipe_with_dates_a_search_and_a_universe_comes_back():
    recipe = Recipe(
        FitConfig(("tree",), {"tree": {"num_leaves": 7}}),
        FoldConfig(3, holdout=dt.date(2024, 1, 2), open_holdout=True),
        fetch=FetchConfig(start=dt.date(2020, 1, 1)),
        symbols=("A", "B"),
        rule=TradingRule(cost_bps=3),
        search={"sampler": "grid", "trials": None},
        universe="members.csv",
    )
    assert from_text(to_text(recipe)) == recipe


def test_luck_is_symmetric_by_day_and_never_below_zero():
    """Two bars of one day are one return; each draw comes with both signs; one trial has no luck."""
    days = np.array(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"], "datetime64[D]")
    bars = luck.draw(days, np.array([0.01, 0.02, -0.01, 0.0]))
    assert bars == pytest.approx(luck.draw(days[1:], np.array([0.03, -0.01, 0.0])))
    assert bars[: luck.SIGNS] == pytest.approx(-bars[luck.SIGNS :])
    assert luck.expected_best(bars) == pytest.approx(0, abs=1e-6)
    assert luck.expected_best(np.full(luck.DRAWS, -1.0, "float32")) == 0
    assert luck.expected_best(np.full(luck.DRAWS, 1.5, "float32")) == 1.5


def test_folds_are_hashed_with_what_they_train_on_and_what_they_test(monkeypatch):
    def folds(train, test, path=None):
        parts = (None if part is None else np.array(part) for part in (train, test, path))
        fold = SimpleNamespace(**dict(zip(("train", "test", "path"), parts, strict=True)))
        plan = SimpleNamespace(groups=[SimpleNamespace(label="A", folds=[fold])])
        monkeypatch.setattr("signalcli.tracking.fingerprints.make_plan", lambda *_: plan)
        return _hash_folds(None, SimpleNamespace(fit=None, folds=None))["A"]

    made = [folds([0, 1], [2]), folds([0, 1], [3]), folds([0], [1, 2]), folds([0, 1], [2], [1])]
    assert len(set(made)) == 4
    assert folds([0, 1], [2]) == made[0]


def test_an_import_brings_the_markets_and_their_luck(tmp_path):
    """What was tried there on these bars counts here, too; an older ledger has fits alone."""
    mine, theirs, old = (tmp_path / f"{name}.sqlite" for name in ("mine", "theirs", "old"))
    two = luck.join(
        [ONE, luck.draw(BARS["date"].to_numpy(), np.random.default_rng(3).normal(size=len(BARS)))]
    )
    add_entries(
        mine, [entry("c9", 0.4, data_hash="mine", test_hash="m")], {"mine": Dataset(OWN.patterns, ONE)}
    )
    add_entries(theirs, [ENTRY, entry("c2", 0.2)], {"data": Dataset(OWN.patterns, two)})
    add_entries(old, [entry("c3", 0.3, data_hash="old", test_hash="t")])
    with closing(sqlite3.connect(old)) as ledger:
        for name in ("datasets", "patterns", "markets"):
            ledger.execute(f"drop table {name}")
        ledger.commit()
    assert import_ledger(mine, theirs) == (2, 0)
    pool = read_pool(mine, OWN)
    assert (pool.trials.number, pool.datasets, pool.unmeasured) == (3, 2, 0)
    assert pool.trials.luck == pytest.approx(luck.expected_best(two))
    assert (pool.first, pool.last) == (OWN.patterns.days.min(), OWN.patterns.days.max())
    assert import_ledger(mine, old) == (1, 0)
    assert read_pool(mine, OWN).unmeasured == 1
    assert [e["sharpe"] for e in read_entries(mine)] == [0.4, 0.1, 0.2, 0.3]


def test_settings_by_section_beside_their_defaults():
    recipe = Recipe(
        FitConfig(("tree",), {"tree": {"num_leaves": 7}}), FoldConfig(3), rule=TradingRule(cost_bps=3)
    )
    found = flat_settings(recipe)
    assert found["folds.folds"] == (3, FoldConfig().folds)
    assert found["folds.gap"] == (0, 0)
    assert found["rule.cost_bps"] == (3, TradingRule().cost_bps)
    assert found["fit.models"][0] == ("tree",)
    assert found["fit.settings"] == ({"tree": {"num_leaves": 7}}, {})
    assert found["universe"] == (None, None)
    assert "fit" not in found
