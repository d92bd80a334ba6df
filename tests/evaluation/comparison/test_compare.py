"""The verdict: an edge where one was planted, none where there is none, and what cannot be compared."""

import sys

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.comparison import CRITERIA, ComparisonConfig
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.data.sources.synthetic import synthetic_bars
from signalcli.errors import DataError, UsageError
from signalcli.evaluation.comparison import compare as comparison
from signalcli.evaluation.comparison.compare import COLUMNS
from signalcli.evaluation.comparison.joint_tests import joint_tests
from signalcli.evaluation.comparison.verdict import has_edge, summarize
from signalcli.evaluation.significance.multiple import holm
from signalcli.evaluation.significance.paired import diebold_mariano, mcnemar
from signalcli.evaluation.significance.timing import shift_p
from signalcli.features.build import build
from signalcli.training.walk_forward import walk_forward


def compare(*args, **kwargs) -> pd.DataFrame:
    """The VERDICT of a comparison."""
    return comparison.compare(*args, **kwargs).table


def predictions(process: str, models: tuple[str, ...] = ("ar", "logistic"), seed: int = 3) -> pd.DataFrame:
    bars = synthetic_bars(process, rows=1500, seed=seed)
    return walk_forward(build(bars, FeatureConfig(window=5)), FitConfig(models), FoldConfig(3))


@pytest.fixture(scope="module")
def fair_coin() -> pd.DataFrame:
    return predictions("walk")


@pytest.fixture(scope="module")
def seer(fair_coin: pd.DataFrame) -> pd.DataFrame:
    """A model that knows six directions out of ten, beside the baselines."""
    known = fair_coin[fair_coin["model"] == "ar"].copy()
    rng = np.random.default_rng(5)
    right = rng.random(len(known)) < 0.6
    up = known["direction"].fillna(0).to_numpy("float64") == 1
    known["p_up"] = np.where(up == right, 0.6, 0.4)
    known["model"] = "seer"
    return pd.concat([fair_coin, known], ignore_index=True)


def test_three_criteria_a_model_in_fixed_columns(fair_coin: pd.DataFrame) -> None:
    verdict = compare(fair_coin)
    assert tuple(verdict.columns) == COLUMNS
    assert list(verdict["criterion"]) == list(CRITERIA) * 2
    assert list(verdict["model"].unique()) == ["ar", "logistic"]


def test_nobody_has_an_edge_on_a_fair_coin(fair_coin: pd.DataFrame) -> None:
    verdict = compare(fair_coin)
    assert "edge" not in set(verdict["verdict"])
    assert not has_edge(verdict, ComparisonConfig())
    assert summarize(verdict, ComparisonConfig()).startswith("none of 2 models beats the best baseline")


def test_a_planted_edge_is_found(seer: pd.DataFrame) -> None:
    verdict = compare(seer)
    found = verdict[verdict["model"] == "seer"].set_index("criterion")["verdict"]
    assert found["log_loss"] == found["accuracy"] == "edge"
    assert has_edge(verdict, ComparisonConfig())
    assert summarize(verdict, ComparisonConfig()).startswith(
        "1 of 3 models beat the best baseline; the most significant is seer"
    )


def test_false_alarms_are_as_rare_as_promised() -> None:
    """2 models × 24 fair coins at alpha .2: the family of each coin alarms in at most about .2 of them."""
    alarms = [
        has_edge(compare(predictions("walk", ("ar", "logistic"), seed), config), config)
        for config in [ComparisonConfig(alpha=0.2)]
        for seed in range(24)
    ]
    assert np.mean(alarms) <= 0.2 + 2 * np.sqrt(0.2 * 0.8 / 24)


def test_the_values_are_those_of_the_rows(fair_coin: pd.DataFrame) -> None:
    verdict = compare(fair_coin).set_index(["model", "criterion"])
    rows = fair_coin[fair_coin["model"] == "logistic"].dropna(subset=["direction"])
    right = (rows["p_up"] > 0.5) == (rows["direction"] == 1)
    assert verdict.loc[("logistic", "accuracy"), "value"] == pytest.approx(right.mean())
    said = np.where(rows["direction"] == 1, rows["p_up"], 1 - rows["p_up"])
    assert verdict.loc[("logistic", "log_loss"), "value"] == pytest.approx(-np.log(said).mean())


def test_the_baseline_is_the_best_of_its_kind(fair_coin: pd.DataFrame) -> None:
    verdict = compare(fair_coin).set_index(["model", "criterion"])
    shares = {
        name: ((rows["p_up"] > 0.5) == (rows["direction"] == 1)).mean()
        for name, rows in fair_coin.dropna(subset=["direction"]).groupby("model")
        if name in {"majority", "persistence", "ar1"}
    }
    shares["buy_hold"] = (fair_coin.dropna(subset=["direction"])["direction"] == 1).mean()
    row = verdict.loc[("ar", "accuracy")]
    assert row["baseline_value"] == pytest.approx(max(shares.values()))


def test_a_model_that_says_one_thing_is_called_collapsed(fair_coin: pd.DataFrame) -> None:
    constant = fair_coin.assign(p_up=fair_coin["p_up"].where(fair_coin["model"] != "ar", 0.51))
    verdict = compare(constant)
    assert set(verdict.loc[verdict["model"] == "ar", "verdict"]) == {"collapsed"}


def test_other_dates_cannot_be_compared(fair_coin: pd.DataFrame) -> None:
    last = fair_coin["date"].max()
    shorter = fair_coin[(fair_coin["model"] != "ar") | (fair_coin["date"] < last)]
    with pytest.raises(DataError, match="same dates"):
        compare(shorter)


def test_baselines_must_be_there(fair_coin: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="no model or no baselines"):
        compare(fair_coin[fair_coin["model"] == "ar"])


def test_trials_deflate_the_net_return(seer: pd.DataFrame) -> None:
    verdict = compare(seer, trials={"walk": (50, 0.002)}).set_index(["model", "criterion"])["dsr"]
    assert verdict.xs("net_return", level="criterion").between(0, 1).all()
    assert verdict.xs("accuracy", level="criterion").isna().all()
    assert compare(seer)["dsr"].isna().all()


def test_many_models_together(seer: pd.DataFrame, fair_coin: pd.DataFrame) -> None:
    pytest.importorskip("arch")
    found = joint_tests(comparison.compare(seer)).set_index(["model", "criterion"])
    assert found.loc[("seer", "log_loss"), "better"] == 1
    assert found.loc[("ar", "log_loss"), "better"] == 0
    assert found.loc[("seer", "log_loss"), "best_p"] == 1.0
    assert found.loc[("ar", "log_loss"), "best_p"] < 0.05
    assert found.loc[("seer", "accuracy"), "spa_p"] < 0.05
    assert 0 <= found.loc[("seer", "net_return"), "pbo"] <= 1
    assert found.xs("accuracy", level="criterion")["pbo"].isna().all()
    none = joint_tests(comparison.compare(fair_coin))
    assert none["better"].sum() == 0
    assert (none["spa_p"] > 0.05).all()


def test_a_model_that_equals_its_baseline_is_no_edge_even_with_many(fair_coin: pd.DataFrame) -> None:
    """The best baseline under another name, twice, and one model more."""
    pytest.importorskip("arch")
    best = compare(fair_coin).set_index(["model", "criterion"])["baseline"][("ar", "accuracy")]
    twins = [fair_coin[fair_coin["model"] == best].assign(model=name) for name in ("twin", "other_twin")]
    baselines = fair_coin[~fair_coin["model"].isin(["ar", "logistic"])]
    if best == "buy_hold":
        twins = [
            fair_coin[fair_coin["model"] == "majority"].assign(model=m, p_up=0.7)
            for m in ("twin", "other_twin")
        ]
    found = joint_tests(comparison.compare(pd.concat([baselines, *twins], ignore_index=True)))
    of_accuracy = found[found["criterion"] == "accuracy"]
    assert of_accuracy["spa_p"].tolist() == [1.0, 1.0]
    assert of_accuracy["better"].tolist() == [0, 0]
    assert of_accuracy["best_p"].tolist() == [1.0, 1.0]
    assert found["pbo"].isna().all(), "two equal fits are no choice"


def test_overlapping_labels_are_compared_as_such(seer: pd.DataFrame) -> None:
    """The same rows with labels of ten bars: p-values by the tests themselves, with the horizon."""
    table = seer.assign(horizon=10)
    found = compare(table).set_index(["model", "criterion"])
    rows = {name: of.dropna(subset=["direction"]) for name, of in table.groupby("model")}
    said = {
        name: of["p_up"].where(of["direction"] == 1, 1 - of["p_up"]).to_numpy() for name, of in rows.items()
    }
    row = found.loc[("seer", "log_loss")]
    wanted = diebold_mariano(-np.log(said["seer"]), -np.log(said[row["baseline"]]), 10)
    assert (row["statistic"], row["p_value"]) == pytest.approx(wanted)
    row = found.loc[("seer", "accuracy")]
    y = rows["majority"]["direction"].to_numpy("int64")
    other = y == 1 if row["baseline"] == "buy_hold" else (rows[row["baseline"]]["p_up"] > 0.5) == (y == 1)
    right = (rows["seer"]["p_up"].to_numpy() > 0.5) == (y == 1)
    assert row["p_value"] == pytest.approx(mcnemar(right, np.asarray(other), 10).p_value)


def test_without_arch_it_says_what_to_install(
    fair_coin: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "arch", None)
    with pytest.raises(UsageError, match=r"signalcli\[many\]"):
        joint_tests(comparison.compare(fair_coin))


def with_seeds(table: pd.DataFrame, model: str, seeds: int, noise: float) -> pd.DataFrame:
    """The model again and again, its log-odds disturbed by so much."""
    one = table[table["model"] == model]
    parts = [table[table["model"] != model]]
    for seed in range(seeds):
        odds = np.log(one["p_up"] / (1 - one["p_up"])) + np.random.default_rng(seed).normal(0, noise)
        parts.append(one.assign(model=f"{model}@{seed}", p_up=1 / (1 + np.exp(-odds))))
    return pd.concat(parts, ignore_index=True)


def test_seeds_are_one_model_with_a_mean_and_a_spread(seer: pd.DataFrame) -> None:
    table = with_seeds(seer, "seer", 4, 0.1)
    row = compare(table).set_index(["model", "criterion"]).loc[("seer", "log_loss")]
    losses = []
    for seed in range(4):
        rows = table[table["model"] == f"seer@{seed}"].dropna(subset=["direction"])
        said = np.where(rows["direction"] == 1, rows["p_up"], 1 - rows["p_up"])
        losses.append(-np.log(said).mean())
    assert row["seeds"] == 4
    assert row["value"] == pytest.approx(np.mean(losses))
    assert row["spread"] == pytest.approx(np.std(losses, ddof=1))
    assert row["verdict"] == "edge"


def test_an_edge_within_the_spread_of_seeds_is_noise(seer: pd.DataFrame) -> None:
    """Of two seeds one sees and the other says what the best baseline says: on average an edge, by luck."""
    table = with_seeds(seer, "seer", 2, 0.0)
    blind = (table["model"] == "seer@1").to_numpy()
    table.loc[blind, "p_up"] = table.loc[table["model"] == "ar1", "p_up"].to_numpy()
    row = compare(table).set_index(["model", "criterion"]).loc[("seer", "log_loss")]
    assert row["p_holm"] < 0.05
    assert 0 < row["baseline_value"] - row["value"] < row["spread"]
    assert row["verdict"] == "noise"
    assert not has_edge(compare(table), ComparisonConfig())


def test_models_that_only_seeds_part_are_named(seer: pd.DataFrame) -> None:
    twin = seer[seer["model"] == "ar"].assign(model="twin")
    table = with_seeds(seer[seer["model"] != "seer"], "ar", 3, 0.3)
    table = pd.concat([table, with_seeds(twin, "twin", 3, 0.31)], ignore_index=True)
    verdict = compare(table)
    of_loss = verdict[verdict["criterion"] == "log_loss"].set_index("model")
    best, other = of_loss.loc[["ar", "twin"], "value"].sort_values().index
    apart = of_loss.loc[other, "value"] - of_loss.loc[best, "value"]
    close = apart < np.hypot(*of_loss.loc[["ar", "twin"], "spread"])
    assert of_loss["value"].idxmin() in {best, "logistic"}
    alone = compare(table[table["model"] != "logistic"])
    like = alone[alone["criterion"] == "log_loss"].set_index("model")["like"]
    assert pd.isna(like[best]), "the best is like nobody"
    assert (like[other] == best) == close
    assert close
    assert f"{other} and {best} differ by no more than their seeds" in summarize(alone, ComparisonConfig())
    assert compare(seer)["like"].isna().all(), "one seed has no spread"
    assert "their seeds" not in summarize(compare(seer), ComparisonConfig())


def test_timing_stands_with_the_net_return(seer: pd.DataFrame) -> None:
    found = compare(seer).set_index(["model", "criterion"])["shift_p"]
    assert found[("seer", "net_return")] < 0.05
    assert found.drop("net_return", level="criterion").isna().all()
    rows = backtest(seer[seer["model"] == "seer"])
    rows = rows[rows["model"] == "seer"]
    opens, held = rows["open"].to_numpy(), rows["position"].to_numpy()
    earned = opens[2:] / opens[1:-1] - 1
    assert found[("seer", "net_return")] == pytest.approx(shift_p(held[:-2], earned))
    at_close = compare(seer, rule=TradingRule(fill="close")).set_index(["model", "criterion"])["shift_p"]
    closes = rows["close"].to_numpy()
    expected = shift_p(held[:-1], closes[1:] / closes[:-1] - 1)
    assert at_close[("seer", "net_return")] == pytest.approx(expected)
    assert compare(seer, rule=TradingRule(stop_loss=0.01))["shift_p"].isna().all()


def test_three_classes() -> None:
    table = build(synthetic_bars("walk", rows=1500, seed=3), FeatureConfig(window=5, dead_zone=0.004))
    verdict = compare(walk_forward(table, FitConfig(("ar",)), FoldConfig(3)))
    assert verdict["value"].notna().all()
    assert "edge" not in set(verdict["verdict"])


def test_holm_by_hand() -> None:
    corrected = holm(np.array([0.01, np.nan, 0.04, 0.03]))
    assert corrected[[0, 2, 3]] == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(corrected[1])
    assert holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]
