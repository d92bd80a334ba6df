"""Several seeds: each is the fit that its seed alone would give, and what no seed changes is fitted once."""

import json

import pandas as pd
import pytest

from shell import run
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import UsageError
from signalcli.features.build import build
from signalcli.schemas import FITTED_BASELINES
from signalcli.tracking.ledger import read_entries
from signalcli.training.walk_forward import walk_forward

SETTINGS = {"tree": {"n_estimators": 5, "subsample": 0.5}}


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    return build(synthetic_bars("walk", rows=300, seed=2), FeatureConfig(window=5, sets=("lags",)))


def fitted(features: pd.DataFrame, seed: int, seeds: int = 1) -> pd.DataFrame:
    config = FitConfig(("ar", "tree"), SETTINGS, random_state=seed, seeds=seeds)
    return walk_forward(features, config, FoldConfig(2))


def test_each_seed_is_the_fit_that_it_alone_would_give(features: pd.DataFrame) -> None:
    several = fitted(features, 3, seeds=2)
    assert set(several["model"]) == {"ar", "tree@3", "tree@4", *FITTED_BASELINES}
    alone_with = {seed: fitted(features, seed) for seed in (3, 4)}
    for seed, alone in alone_with.items():
        expected = alone[alone["model"] == "tree"].reset_index(drop=True)
        found = several[several["model"] == f"tree@{seed}"].assign(model="tree").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    unchanged = several[~several["model"].str.contains("@")].reset_index(drop=True)
    alone = alone_with[3]
    pd.testing.assert_frame_equal(unchanged, alone[alone["model"] != "tree"].reset_index(drop=True))
    p = several.pivot_table(index="date", columns="model", values="p_up")
    assert (p["tree@3"] != p["tree@4"]).any()


def test_models_without_a_seed_are_fitted_once(features: pd.DataFrame) -> None:
    config = FitConfig(("ar",), seeds=4)
    pd.testing.assert_frame_equal(
        walk_forward(features, config, FoldConfig(2)),
        walk_forward(features, FitConfig(("ar",)), FoldConfig(2)),
    )
    with pytest.raises(UsageError, match="--seeds"):
        FitConfig(seeds=0)


def test_the_ledger_knows_each_seed_as_the_trial_it_is(tmp_path) -> None:
    made = run("features -w 5 --sets lags", run("fetch walk --source synthetic --rows 160"))
    fit = f"fit --model tree --folds 2 --set tree.n_estimators=5 --ledger {tmp_path / 'l.sqlite'}"
    run(f"{fit} --seeds 2 --seed 7", made)
    run(f"{fit} --seed 8", made)
    kept = [e for e in read_entries(tmp_path / "l.sqlite") if not e["baseline"]]
    assert [(e["model"], e["seed"]) for e in kept] == [("tree@7", 7), ("tree@8", 8), ("tree", 8)]
    assert kept[1]["config_hash"] == kept[2]["config_hash"] != kept[0]["config_hash"]
    assert json.loads(kept[0]["settings"]) == {"n_estimators": 5}


def test_the_pipe_and_run_agree_and_compare_sees_one_model() -> None:
    options = "--model tree --folds 2 --set tree.n_estimators=5 --set tree.subsample=0.5 --seeds 3"
    bars = run("fetch walk --source synthetic --rows 160")
    predictions = run(f"fit {options}", run("features -w 5 --sets lags", bars))
    synthetic = "run walk --source synthetic --rows 160 -w 5 --sets lags --ledger off --format csv"
    assert run("backtest", predictions) == run(f"{synthetic} {options}")
    rows = run("compare", predictions).splitlines()
    assert [line.split(",")[1] for line in rows[1:]] == ["tree"] * 3
    where = rows[0].split(",").index("seeds")
    assert {line.split(",")[where] for line in rows[1:]} == {"3"}
