"""The table: what is measured, how folds are combined, what is left out."""

import numpy as np
import pandas as pd
import pytest

from random_bars import random_bars
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.errors import UsageError
from signalcli.features.build import build
from signalcli.research.importance.fold import measure_fold
from signalcli.research.importance.importance import importance
from signalcli.research.importance.units import copy_of, make_units
from signalcli.research.importance.worlds import Fold, Task, make_worlds
from signalcli.schemas import IMPORTANCE
from signalcli.training.plan import make_plan
from signalcli.training.walk_forward import walk_forward

FOLDS = FoldConfig(folds=2)
LOGISTIC = FitConfig(("logistic",))


def features(rows=150):
    return build(
        random_bars(rows), FeatureConfig(sets=("lags", "calendar"), window=3, channels=("ret", "range"))
    )


def worlds(table, model="logistic", copy=0):
    plan, config = make_plan(table, FitConfig((model,)), FOLDS), ImportanceConfig()
    return list(make_worlds(Fold(plan, config, Task(0, 1, model, copy))))


def test_copies_stand_beside_features_and_come_from_their_own_part():
    (world,) = worlds(features())
    for part in (world.train, world.test):
        for name in ("ret_lag0", "month"):
            copy = part.columns[copy_of(name)]
            assert sorted(copy) == sorted(part.columns[name])
            assert (copy != part.columns[name]).any()


def test_lags_of_a_copied_channel_stay_together():
    (world,) = worlds(features())
    columns = world.test.columns
    real = set(zip(columns["ret_lag0"], columns["ret_lag1"], strict=True))
    assert set(zip(columns[copy_of("ret_lag0")], columns[copy_of("ret_lag1")], strict=True)) == real


def test_later_rows_do_not_reach_the_training_part():
    table = features()
    later = table.copy()
    last = later.index[-40:]
    later.loc[last, ["ret_lag0", "range_lag0"]] *= 3
    (one,), (other,) = worlds(table), worlds(later)
    assert all((one.train.columns[name] == other.train.columns[name]).all() for name in one.train.columns)
    assert (one.test.columns["ret_lag0"] != other.test.columns["ret_lag0"]).any()


def test_a_model_of_returns_alone_is_fitted_again_on_shuffled_columns():
    first, second = worlds(features(), "ar")
    assert not first.replaced
    assert second.replaced
    assert sorted(first.train.columns["ret_lag1"]) == sorted(second.train.columns["ret_lag1"])
    table = importance(features(), FitConfig(("ar",)), FOLDS).table
    assert list(table["feature"].sort_values()) == ["ret_lag0", "ret_lag1", "ret_lag2"]
    assert table["floor"].notna().all()


def test_without_copies_there_is_no_floor():
    table = importance(features(), LOGISTIC, FOLDS, ImportanceConfig(copies=0)).table
    assert table["floor"].isna().all()
    assert (table["verdict"] == "").all()
    assert list(table.columns) == list(IMPORTANCE.columns)


def test_ablation_is_the_difference_of_two_walk_forwards():
    table = features()
    config = ImportanceConfig(methods=(), drop=("range_*",), copies=0)
    (row,) = importance(table, LOGISTIC, FOLDS, config).table.to_dict("records")
    assert (row["method"], row["level"], row["feature"]) == ("ablation", "drop", "range_*")
    assert row["value"] == pytest.approx(
        log_loss(table.drop(columns=[c for c in table if c.startswith("range_")])) - log_loss(table),
        abs=1e-12,
    )


def log_loss(table):
    made = walk_forward(table, LOGISTIC, FOLDS)
    made = made[(made["model"] == "logistic") & made["direction"].notna()]
    up = made["direction"].to_numpy(float)
    p = made["p_up"].to_numpy()
    return -np.log(np.where(up == 1, p, 1 - p)).mean()


def test_folds_are_weighted_by_their_rows():
    plan, config = make_plan(features(), LOGISTIC, FOLDS), ImportanceConfig(copies=0)
    draws = pd.DataFrame([d for f in (0, 1) for d in measure_fold((plan, config), Task(0, f, "logistic", 0))])
    first, second = (draws[(draws["fold"] == f) & (draws["feature"] == "ret_lag0")].iloc[0] for f in (1, 2))
    table = importance(features(), LOGISTIC, FOLDS, config).table.set_index("feature")
    by_hand = (first["value"] * first["rows"] + second["value"] * second["rows"]) / (
        first["rows"] + second["rows"]
    )
    assert table.loc["ret_lag0", "value"] == pytest.approx(by_hand)
    assert table.loc["ret_lag0", "spread"] == pytest.approx(abs(first["value"] - second["value"]) / 2**0.5)
    assert table.loc["ret_lag0", "rows"] == first["rows"] + second["rows"]


def test_units_of_each_level():
    columns = ["ret_lag1", "ret_lag0", "range_lag0", "month", "mine"]
    assert [(u.name, u.columns) for u in make_units(columns, ("channel",))][:2] == [
        ("ret", ("ret_lag1", "ret_lag0")),
        ("range", ("range_lag0",)),
    ]
    assert {u.name for u in make_units(columns, ("lag",))} == {"lag0", "lag1"}
    sets = {u.name: u.columns for u in make_units(columns, ("set",))}
    assert sets["other"] == ("mine",)
    assert sets["calendar"] == ("month",)
    assert sets["lags"] == ("ret_lag1", "ret_lag0", "range_lag0")


def test_what_no_model_has_is_refused_and_what_some_lack_is_named():
    with pytest.raises(UsageError, match="--method contribution: none of logistic has it"):
        importance(features(), LOGISTIC, FOLDS, ImportanceConfig(methods=("contribution",)))
    two = FitConfig(("logistic", "tree"), {"tree": {"n_estimators": 3}})
    found = importance(features(), two, FOLDS, ImportanceConfig(methods=("contribution",), copies=1))
    assert found.lines == ["contribution left out for logistic: needs trees of LightGBM (tree)"]
    assert set(found.table["model"]) == {"tree"}


def test_features_that_a_model_cannot_lose_are_named():
    ar = FitConfig(("ar", "logistic"))
    found = importance(features(), ar, FOLDS, ImportanceConfig(methods=(), drop=("ret_*",), copies=0))
    assert found.lines == ["--drop ret_* left out for ar: not read, or all"]
    with pytest.raises(UsageError, match="--drop ret_\\* left out for ar"):
        importance(features(), FitConfig(("ar",)), FOLDS, ImportanceConfig(methods=(), drop=("ret_*",)))
    with pytest.raises(UsageError, match="--drop rte_lag0: no such feature; did you mean ret_lag0"):
        importance(features(), LOGISTIC, FOLDS, ImportanceConfig(drop=("rte_lag0",)))


def test_networks_by_lag_and_channel():
    lstm = FitConfig(("lstm",), {"lstm": {"epochs": 1, "units": 2}})
    config = ImportanceConfig(methods=("gradient",), levels=("channel", "lag"), copies=1)
    table = importance(features(), lstm, FOLDS, config).table
    assert set(table["feature"]) == {"ret", "range", "lag0", "lag1", "lag2"}
    assert (table["value"] > 0).all()
