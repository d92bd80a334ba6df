"""Trials of a ledger of a few entries, counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import edited_bars as worlds
from signalcli.errors import UsageError
from signalcli.evaluation.metrics.sharpe import Trials, expected_maximum
from signalcli.tracking import luck
from signalcli.tracking.import_ledger import import_ledger
from signalcli.tracking.ledger import Entry, add_entries, read_entries, read_openings, read_run
from signalcli.tracking.market_patterns import find_patterns
from signalcli.tracking.markets import Dataset
from signalcli.tracking.provenance import Provenance
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


def test_recipes_are_named_once_in_the_order_of_the_fits(monkeypatch):
    monkeypatch.setattr("signalcli.tracking.provenance.from_text", lambda text: text)
    fits = tuple(replace(ENTRY, recipe=text) for text in ("b", "a", "b", "b"))
    assert Provenance({}, {}, {}, fits, {}).recipes == ["b", "a"]


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
