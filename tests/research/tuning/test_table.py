"""TUNING, the history, and what the ledger gets of a search."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from random_bars import random_bars
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig
from signalcli.features import FeatureConfig, build
from signalcli.research.tuning.entries import ledger_record, trials_of_record
from signalcli.research.tuning.scores import net_by_model, scores
from signalcli.research.tuning.space import Choice
from signalcli.research.tuning.table import COLUMNS, HISTORY, history_table, tuning_table
from signalcli.research.tuning.tune import Tuning, tune
from signalcli.research.tuning.verdict import judge
from signalcli.tracking.ledger import add_entries, read_entries
from signalcli.tracking.recipe import from_text
from signalcli.tracking.trials import read_trials
from signalcli.tracking.trials import tested_bars as bars_of

TABLE = build(random_bars(170), FeatureConfig(window=6, sets=("lags",)))
RULE = TradingRule(cost_bps=2)
CONFIG = TuneConfig(space="-", sampler="grid", inner_folds=2, objective="accuracy")
SPACE = {"ar": (Choice("p", (0, 1, 2)), Choice("criterion", ("aic", "bic")))}
TUNING = Tuning(CONFIG, SPACE, FitConfig(), FoldConfig(folds=2), RULE, whole=True)
TUNED = tune(TABLE, TUNING)
VERDICTS = [judge(search) for search in (*TUNED.searches, *TUNED.whole)]
RECORD = ledger_record(TABLE, TUNED, TUNING, "run", "now")
TRIALS = trials_of_record(RECORD)


def test_a_row_for_each_fold_one_for_all_and_one_for_the_search_of_all_rows() -> None:
    table = tuning_table(TUNED, VERDICTS, TRIALS, RULE)
    assert tuple(table) == COLUMNS
    assert table["fold"].tolist() == ["1", "2", "all", "best"]
    own = TUNED.predictions[TUNED.predictions["model"] == "ar"]
    for row, fold in zip(table.to_dict("records")[:2], (1, 2), strict=True):
        tested = own[own["fold"] == fold]
        assert row["outer_score"] == scores(tested, "accuracy", RULE)["ar"]
        assert row["gap"] == row["inner_score"] - row["outer_score"]
        assert row["outer_rows"] == len(tested)
        assert row["test_start"] == tested["date"].min()
        assert row["inner_score"] == TUNED.searches[fold - 1].chosen.score
        assert row["trials"] == 6
    total = table.iloc[2]
    assert total["outer_score"] == total["accuracy"] == scores(own, "accuracy", RULE)["ar"]
    assert total["accuracy_low"] < total["accuracy"] < total["accuracy_high"]
    assert total["trials"] == 6, "a configuration counts once, however many folds tried it"
    assert 0 <= total["dsr"] <= 1
    assert math.isnan(table["outer_score"].iloc[3])


def test_the_history_has_every_trial_with_the_best_so_far() -> None:
    history = history_table(TUNED, VERDICTS)
    assert tuple(history) == HISTORY
    assert len(history) == 18
    first = history[history["fold"] == "1"]
    known = first["score"].where(first["state"] == "finished")
    assert first["best"].tolist() == known.cummax().ffill().tolist()
    assert (first["noise_best"].diff().dropna() >= 0).all()
    assert first["parameters"].iloc[0] == "p=0 criterion=aic"


def test_every_configuration_is_a_trial_of_the_ledger(tmp_path) -> None:
    file = tmp_path / "ledger.sqlite"
    add_entries(file, RECORD.entries, RECORD.datasets)
    entries = [e for e in read_entries(file) if not e["baseline"]]
    outer, inner = entries[0], entries[1:]
    assert {json.loads(e["settings"])["p"] for e in inner} == {0, 1, 2}
    assert len(inner) == len({e["config_hash"] for e in inner}) == 6
    assert all(e["recipe"] is None for e in inner)
    assert from_text(outer["recipe"]).search["sampler"] == "grid"
    assert json.loads(outer["settings"]) == {"p": "0,1,2", "criterion": "aic,bic"}
    counted = read_trials(file, "", bars_of(TUNED.predictions)[0])
    assert counted.number == 7
    assert counted == pytest.approx(TRIALS["AAA"])
    again = ledger_record(TABLE, TUNED, TUNING, "again", "later")
    add_entries(file, again.entries, again.datasets)
    assert read_trials(file, "", bars_of(TUNED.predictions)[0]) == counted


def test_a_trial_is_scored_on_its_latest_search() -> None:
    whole = TUNED.whole[0]
    trial = whole.trials[2]
    net = net_by_model(whole.predictions([trial]), RULE)["000003"]
    entry = next(e for e in RECORD.entries if json.loads(e.settings) == trial.parameters)
    assert entry.sharpe == pytest.approx(net.mean() / net.std())
    assert entry.rows == sum(map(len, whole.rows))


def test_another_search_of_the_same_table_is_more_trials() -> None:
    other = replace(TUNING, space={"ar": (Choice("p", (2, 3)),)}, whole=False)
    found = ledger_record(TABLE, tune(TABLE, other), other, "run", "now")
    hashes = {e.config_hash for e in [*RECORD.entries, *found.entries] if not e.baseline}
    assert len(hashes) == 7 + 3
    assert np.isfinite(trials_of_record(found)["AAA"].luck)
