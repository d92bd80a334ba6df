"""Verdicts of small tables, worked out by hand: which baseline, which rows, which correction."""

import math

import numpy as np
import pandas as pd
import pytest

from signalcli.config.comparison import ComparisonConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError
from signalcli.evaluation.comparison.compare import Comparison, compare
from signalcli.evaluation.comparison.joint_tests import _overfitting, joint_tests
from signalcli.evaluation.comparison.verdict import has_edge, summarize
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.evaluation.significance.multiple import JointTests
from signalcli.evaluation.significance.paired import mcnemar

UPS = np.arange(20) % 2 == 0  # ten of twenty
FREE = TradingRule(cost_bps=0)


def right_on(rows, sure=0.6, up=UPS):
    """Probabilities of up that are on the right side in the first ``rows`` rows and wrong in the others."""
    return np.where(up == (np.arange(len(up)) < rows), sure, 1 - sure)


def table(models, up=UPS, symbol="S", **columns):
    """PREDICTIONS of models by name on bars of which each gains or loses 1 %."""
    moves = np.where(up, 0.01, -0.01)
    close = 100 * np.cumprod(np.concatenate([[1.0], 1 + moves]))[:-1]
    after = close * (1 + moves)
    date = pd.date_range("2024-01-01", periods=len(up), freq="D")
    bars = {
        "open": np.r_[100, close[:-1]],
        "high": close * 1.02,
        "low": close * 0.98,
        "close": close,
        "volume": 1e6,
    }
    labels = {"forward_return": after / close - 1, "direction": pd.array(up.astype(int), dtype="Int8")}
    rows = pd.DataFrame({"symbol": symbol, "date": date} | bars | labels)
    rows = rows.assign(label_end=date + pd.Timedelta(days=1), fold=1, **columns)
    return pd.concat([rows.assign(model=m, p_up=p) for m, p in models.items()], ignore_index=True)


def verdict(predictions, **config):
    found: Comparison = compare(predictions, ComparisonConfig(**config), FREE)
    return found.table.set_index(["symbol", "model", "criterion"])


BASELINES = {"ar1": right_on(11), "majority": right_on(12), "persistence": right_on(9)}


@pytest.mark.parametrize("best", ["ar1", "majority", "persistence"])
def test_the_baseline_is_the_best_whatever_its_name(best):
    """A baseline with 15 of 20 right beside others with 11 and fewer, and buy & hold with 10."""
    found = verdict(table(BASELINES | {"majority": right_on(11), best: right_on(15), "m": right_on(18)}))
    of_accuracy, of_loss = found.loc[("S", "m", "accuracy")], found.loc[("S", "m", "log_loss")]
    assert (of_accuracy["baseline"], of_loss["baseline"]) == (best, best)
    assert of_accuracy["baseline_value"] == pytest.approx(0.75)
    assert of_accuracy["value"] == pytest.approx(0.9)
    assert of_loss["baseline_value"] == pytest.approx(-(15 * math.log(0.6) + 5 * math.log(0.4)) / 20)
    assert of_loss["value"] == pytest.approx(-(18 * math.log(0.6) + 2 * math.log(0.4)) / 20)


def test_buy_and_hold_is_a_baseline_of_accuracy_and_not_of_log_loss():
    """It is right on 16 of 20 rows; it says no probability, so log loss is against a fitted baseline."""
    up = np.arange(20) < 16
    models = {name: right_on(n, up=up) for name, n in (("ar1", 9), ("majority", 10), ("m", 18))}
    found = verdict(table(models, up))
    assert found.loc[("S", "m", "accuracy"), "baseline"] == "buy_hold"
    assert found.loc[("S", "m", "accuracy"), "baseline_value"] == pytest.approx(0.8)
    assert found.loc[("S", "m", "log_loss"), "baseline"] == "majority"


def test_p_values_are_corrected_for_the_number_of_models():
    """6 and 5 rows that only the model gets right: 2/2^6 and 2/2^5, times 2 for the smaller of two."""
    found = verdict(table(BASELINES | {"a": right_on(18), "b": right_on(17)}))
    a, b = found.loc[("S", "a", "accuracy")], found.loc[("S", "b", "accuracy")]
    assert (a["statistic"], b["statistic"]) == (6, 5)
    assert (a["p_value"], b["p_value"]) == (2 / 64, 2 / 32)
    assert (a["p_holm"], b["p_holm"]) == (4 / 64, 2 / 32)
    assert (a["verdict"], b["verdict"]) == ("no edge", "no edge")
    alone = verdict(table(BASELINES | {"a": right_on(18)})).loc[("S", "a", "accuracy")]
    assert (alone["p_holm"], alone["verdict"]) == (2 / 64, "edge")


def test_p_values_are_corrected_over_symbols_too_and_within_a_criterion():
    one = table(BASELINES | {"a": right_on(18)})
    found = verdict(pd.concat([one, one.assign(symbol="T"), one.assign(symbol="U")], ignore_index=True))
    assert found.xs("accuracy", level="criterion")["p_holm"].tolist() == [6 / 64] * 3
    assert found.index.tolist()[:3] == [("S", "a", c) for c in ("log_loss", "accuracy", "net_return")]


def test_another_criterion_is_no_further_comparison():
    """18 of 20 right, and so sure of the two others that its log loss is worse: p near 1 for that alone."""
    found = verdict(table(BASELINES | {"a": right_on(18, sure=0.9999)}))
    assert found.loc[("S", "a", "log_loss"), "p_holm"] > 0.5
    assert found.loc[("S", "a", "accuracy"), "p_holm"] == 2 / 64


def test_the_worse_model_has_no_edge_however_small_its_p_value():
    """18 right against 12 is as significant as 6 against 12; only one of them is an edge."""
    found = verdict(table(BASELINES | {"bad": right_on(6)}), alpha=0.1)
    row = found.loc[("S", "bad", "accuracy")]
    assert (row["p_value"], row["statistic"], row["verdict"]) == (2 / 64, -6, "no edge")


@pytest.mark.parametrize(("alpha", "said"), [(0.0312, "no edge"), (2 / 64, "no edge"), (0.0313, "edge")])
def test_the_p_value_has_to_be_below_alpha(alpha, said):
    row = verdict(table(BASELINES | {"a": right_on(18)}), alpha=alpha).loc[("S", "a", "accuracy")]
    assert row["verdict"] == said


def test_the_net_return_is_that_of_the_bars_between_the_opens():
    """Positions of a close are filled at the next open, so bar t earns the move from t to t + 1."""
    found = verdict(table(BASELINES | {"m": right_on(20)})).loc[("S", "m", "net_return")]
    assert found["value"] == pytest.approx(0.01 * 19 / 20), "the first bar has no position yet"
    assert np.isnan(found["dsr"])
    assert found["shift_p"] == pytest.approx(9 / 18), "every second rotation of a sawtooth earns as much"


def test_net_returns_do_not_overlap_whatever_the_labels():
    """Positions of one bar: the same test of the net return for labels of one bar and of five."""
    models = BASELINES | {"m": right_on(17)}
    one, five = (
        compare(table(models, horizon=h), rule=TradingRule(cost_bps=0, hold=1)).table.set_index("criterion")
        for h in (1, 5)
    )
    assert one["p_value"]["net_return"] == five["p_value"]["net_return"]
    assert one["p_value"]["log_loss"] < five["p_value"]["log_loss"]


def test_rows_without_a_label_are_not_compared():
    rows = table(BASELINES | {"m": right_on(18)})
    last = rows["date"] >= rows["date"].unique()[18]
    rows.loc[last, ["direction", "forward_return", "label_end"]] = None
    found = verdict(rows)
    assert found.loc[("S", "m", "accuracy"), "value"] == 1
    assert found.loc[("S", "m", "accuracy"), "baseline_value"] == pytest.approx(12 / 18)


def test_no_row_is_compared_that_some_model_does_not_forecast():
    rows = table(BASELINES | {"m": right_on(18), "other": right_on(18)})
    rows.loc[(rows["model"] == "other") & (rows["date"] < rows["date"].unique()[8]), "p_up"] = np.nan
    found = verdict(rows)
    assert found.loc[("S", "m", "accuracy"), "value"] == pytest.approx(10 / 12)
    assert found.loc[("S", "m", "accuracy"), "baseline_value"] == pytest.approx(6 / 12), "buy & hold"
    rows.loc[(rows["model"] == "other"), "p_up"] = np.nan
    with pytest.raises(DataError, match="no row with a known label"):
        verdict(rows)


def seeds(model, *rows):
    return {f"{model}@{seed}": right_on(n) for seed, n in enumerate(rows)}


def test_seeds_have_the_mean_of_their_losses_and_no_mcnemar():
    """19 and 17 of 20: mean .9, standard deviation .1 / √2; the edge of .3 over .6 is larger."""
    row = verdict(table(BASELINES | seeds("net", 19, 17))).loc[("S", "net", "accuracy")]
    assert (row["value"], row["seeds"]) == (pytest.approx(0.9), 2)
    assert row["spread"] == pytest.approx(0.1 / math.sqrt(2))
    losses = np.r_[np.zeros(17), 0.5, 0.5, 1.0] - np.r_[np.zeros(12), np.ones(8)]
    assert row["statistic"] == pytest.approx(losses.mean() / losses.std() * math.sqrt(19))
    assert row["verdict"] == "edge"


def test_an_edge_as_large_as_the_spread_is_noise():
    """20 and 12 of 20 against 12: an edge of .2, a standard deviation of .4 / √2."""
    row = verdict(table(BASELINES | seeds("net", 20, 12)), alpha=0.3).loc[("S", "net", "accuracy")]
    assert row["value"] - row["baseline_value"] == pytest.approx(0.2)
    assert row["spread"] == pytest.approx(0.4 / math.sqrt(2))
    assert row["verdict"] == "noise"


def test_one_collapsed_seed_is_enough():
    flat = {"net@2": np.full(20, 0.6)}
    row = verdict(table(BASELINES | seeds("net", 19, 18) | flat)).loc[("S", "net", "accuracy")]
    assert row["verdict"] == "collapsed"


def test_models_apart_by_less_than_their_seeds_are_alike():
    """Means .85 and .8: apart by .05, within √2 · .1 / √2 = .1; a third at .5 is not."""
    found = verdict(table(BASELINES | seeds("a", 18, 16) | seeds("b", 17, 15) | seeds("c", 11, 9)))
    assert found.xs("accuracy", level="criterion")["like"].fillna("").tolist() == ["", "a", ""]
    comparison = compare(
        table(BASELINES | seeds("a", 18, 16) | seeds("b", 17, 15)), ComparisonConfig(by="accuracy"), FREE
    )
    assert summarize(comparison.table, comparison.config).endswith(
        "; b and a differ by no more than their seeds"
    )


@pytest.mark.parametrize("models", [BASELINES, {"m": right_on(18)}])
def test_models_and_baselines_are_both_needed(models):
    with pytest.raises(DataError, match="no model or no baselines"):
        verdict(table(models))


def test_several_paths_are_not_compared():
    rows = table(BASELINES | {"m": right_on(18)})
    both = pd.concat([rows.assign(path=1), rows.assign(path=2)], ignore_index=True)
    with pytest.raises(DataError, match="tested on several paths"):
        verdict(both)


def test_net_returns_are_after_costs():
    """A sawtooth that is foreseen: 1 % a bar, ten basis points at the entry and twenty at each turn."""
    found = compare(table(BASELINES | {"m": right_on(20)}), rule=TradingRule(cost_bps=10)).table
    value = found.set_index(["model", "criterion"]).loc[("m", "net_return"), "value"]
    assert value == pytest.approx(((1.01 * 0.999 - 1) + 18 * (1.01 * 0.998 - 1)) / 20)


def test_no_row_is_compared_that_a_later_seed_does_not_forecast():
    """Rows 9 to 20 are forecast by both: ten of twelve are right, of the baseline six."""
    rows = table(BASELINES | seeds("net", 18, 18))
    rows.loc[(rows["model"] == "net@1") & (rows["date"] < rows["date"].unique()[8]), "p_up"] = np.nan
    row = verdict(rows).loc[("S", "net", "accuracy")]
    assert (row["value"], row["baseline_value"]) == (pytest.approx(10 / 12), pytest.approx(6 / 12))


def test_the_timing_of_several_seeds_is_that_of_their_mean_position():
    """Two seeds that always contradict each other are flat together, and flat has no timing."""
    row = verdict(table(BASELINES | seeds("net", 20, 0))).loc[("S", "net", "net_return")]
    assert np.isnan(row["shift_p"])
    row = verdict(table(BASELINES | seeds("net", 20, 20))).loc[("S", "net", "net_return")]
    assert row["shift_p"] == pytest.approx(9 / 18)


def test_the_deflated_sharpe_ratio_of_several_seeds_is_the_mean_of_theirs():
    trials = {"S": Trials(3, 0.01), "T": Trials(3000, 1.0)}
    alone, both = (
        compare(table(BASELINES | models), rule=FREE, trials=trials).table.set_index(["model", "criterion"])
        for models in ({"a": right_on(18), "b": right_on(11)}, seeds("net", 18, 11))
    )
    a, b = (alone.loc[(model, "net_return"), "dsr"] for model in "ab")
    assert abs(a - b) > 0.1
    assert both.loc[("net", "net_return"), "dsr"] == pytest.approx((a + b) / 2)


def test_each_symbol_is_deflated_by_its_own_trials():
    one = table(BASELINES | {"a": right_on(18)})
    both = pd.concat([one, one.assign(symbol="T")], ignore_index=True)
    found = compare(both, rule=FREE, trials={"T": Trials(3, 0.01)}).table
    dsr = found[found["criterion"] == "net_return"].set_index("symbol")["dsr"]
    assert np.isnan(dsr["S"])
    assert dsr["T"] > 0


def test_spreads_of_two_models_add_up_as_squares():
    """.875 and .7 are apart by .175: more than √(.106² + .071²) = .128, less than their sum .177."""
    found = verdict(table(BASELINES | seeds("a", 19, 16) | seeds("b", 15, 13)))
    assert found.xs("accuracy", level="criterion")["like"].isna().all()


def test_equal_models_without_seeds_have_no_spread_to_be_alike_within():
    found = verdict(table(BASELINES | {"a": right_on(18), "b": right_on(18)}))
    assert found["like"].isna().all()


def test_rows_that_are_missing_take_their_bars_along():
    """With labels of three bars, rows that some model does not forecast are still bars between the others."""
    up = np.arange(60) % 2 == 0
    models = {name: right_on(n, up=up) for name, n in (("ar1", 25), ("majority", 36), ("m", 52))}
    rows = table(models, up, horizon=3)
    day = rows.groupby("model").cumcount()
    hole = (day % 5 < 2) & (rows["model"] == "m")
    rows.loc[hole, "p_up"] = np.nan
    found = verdict(rows).loc[("S", "m", "accuracy")]
    bars = np.flatnonzero(np.arange(60) % 5 >= 2)
    m, base = bars < 52, bars < 36
    assert found["baseline"] == "majority"
    assert found["p_value"] == mcnemar(m, base, 3, bars).p_value
    assert found["p_value"] != mcnemar(m, base, 3).p_value


def test_the_joint_tests_see_one_symbol_one_criterion_and_its_overlap(monkeypatch):
    """Two symbols of one model each, labels of five bars: losses of 12 and of 18 right rows of 20."""
    seen = []

    def remember(losses, benchmark, *, alpha, horizon):
        seen.append((losses.shape[1], int((losses[:, 0] == 0).sum()), alpha, horizon))
        return JointTests(0.5, np.array([True]), np.array([1.0]))

    monkeypatch.setattr("signalcli.evaluation.comparison.joint_tests.compare_models", remember)
    rows = [table(BASELINES | {"m": right_on(n)}, symbol=s, horizon=5) for s, n in (("S", 13), ("T", 18))]
    rule = TradingRule(cost_bps=0, hold=1)
    found = compare(pd.concat(rows, ignore_index=True), ComparisonConfig(alpha=0.1), rule)
    joint_tests(found)
    assert [(columns, alpha) for columns, _, alpha, _ in seen] == [(1, 0.1)] * 6
    assert [horizon for *_, horizon in seen] == [5, 5, 1] * 2
    assert (seen[1][1], seen[4][1]) == (13, 18), "rows without an error"


def luck_of(models):
    """The probability of overfitting of these models, and two baselines, on 40 bars."""
    up = np.arange(40) % 3 > 0
    baselines = {name: right_on(n, up=up) for name, n in (("ar1", 25), ("majority", 22))}
    rights = {name: right_on(n, up=up) for name, n in models.items()}
    return _overfitting(compare(table(baselines | rights, up), rule=FREE).candidates["S"])


def test_every_seed_was_a_choice():
    """One model with two seeds on 40 bars: the better of the two was chosen, so luck has a part in it."""
    assert 0 <= luck_of({"net@0": 30, "net@1": 12}) <= 1


def test_one_fit_is_no_choice():
    assert np.isnan(luck_of({"net@0": 30}))


def test_luck_stands_in_the_rows_of_the_net_return(monkeypatch):
    """Of two models on 40 bars; the other columns are left to a stand-in."""
    where = "signalcli.evaluation.comparison.joint_tests"
    tests = JointTests(0.5, np.array([True, True]), np.array([1.0, 1.0]))
    monkeypatch.setattr(f"{where}.compare_models", lambda *_, **__: tests)
    monkeypatch.setattr(f"{where}.pbo", lambda net: net.shape[0] + net.shape[1] / 10)
    up = np.arange(40) % 3 > 0
    rights = {name: right_on(n, up=up) for name, n in (("ar1", 25), ("majority", 22), ("a", 30), ("b", 12))}
    joint = joint_tests(compare(table(rights, up), rule=FREE)).set_index(["criterion", "model"])["pbo"]
    assert joint["net_return"].tolist() == [40.2, 40.2], "40 bars of two fits"
    assert joint[["log_loss", "accuracy"]].isna().all()


def test_one_model_is_no_choice_whatever_the_number_of_baselines():
    """40 bars suffice for the probability of overfitting; baselines were never chosen among."""
    pytest.importorskip("arch")
    up = np.arange(40) % 3 > 0
    models = {name: right_on(n, up=up) for name, n in (("ar1", 25), ("majority", 22), ("m", 30))}
    alone = joint_tests(compare(table(models, up), rule=FREE))
    assert alone["pbo"].isna().all()
    two = joint_tests(compare(table(models | {"n": right_on(12, up=up)}, up), rule=FREE))
    of_return = two[two["criterion"] == "net_return"]["pbo"]
    assert of_return.tolist() == pytest.approx([of_return.iloc[0]] * 2)
    assert two[two["criterion"] != "net_return"]["pbo"].isna().all()


def test_the_summary_names_the_most_significant_edge_by_the_deciding_criterion():
    found = compare(
        table(BASELINES | {"a": right_on(20), "b": right_on(19)}), ComparisonConfig(by="accuracy"), FREE
    )
    assert summarize(found.table, found.config) == (
        "2 of 2 models beat the best baseline; the most significant is a on S: accuracy 1 against 0.6 of "
        "majority, corrected p 0.016"
    )
    assert has_edge(found.table, found.config)
    none = compare(table(BASELINES | {"a": right_on(13), "b": right_on(8)}), ComparisonConfig(by="accuracy"))
    assert summarize(none.table, none.config).startswith(
        "none of 2 models beats the best baseline; the closest is b on S: accuracy 0.4 against 0.6"
    )
    assert not has_edge(none.table, none.config)


def test_the_summary_of_one_model_and_that_of_several_symbols():
    config = ComparisonConfig(by="accuracy")
    one = table(BASELINES | {"a": right_on(20)})
    assert summarize(compare(one, config, FREE).table, config).startswith(
        "the model beats the best baseline; it is a on S: accuracy 1 against 0.6"
    )
    weak = table(BASELINES | {"a": right_on(8)})
    assert summarize(compare(weak, config, FREE).table, config).startswith(
        "the model does not beat the best baseline; it is a on S"
    )
    two = pd.concat([weak, weak.assign(symbol="T")], ignore_index=True)
    assert summarize(compare(two, config, FREE).table, config).startswith(
        "none of 2 pairs of model and symbol beats the best baseline; the closest is"
    )


def test_the_probability_of_overfitting_needs_two_bars_a_block():
    """Sixteen blocks: 31 bars are too few, 32 are enough."""
    for bars, enough in ((31, False), (32, True)):
        up = np.arange(bars) % 3 > 0
        models = {name: right_on(n, up=up) for name, n in (("ar1", 25), ("majority", 22))}
        two = {"a": right_on(20, up=up), "b": right_on(12, up=up)}
        luck = _overfitting(compare(table(models | two, up), rule=FREE).candidates["S"])
        assert np.isnan(luck) != enough


def test_the_joint_tests_are_those_of_each_symbol_on_the_cluster_that_is_given(monkeypatch):
    """The result of every symbol in the order of the rows, whoever computes it; ``better`` is 0 or 1."""
    asked = []

    def spread_over(jobs, cluster=None):
        asked.append((jobs, cluster))
        return lambda function, shared, tasks: reversed([function(shared, task) for task in tasks])

    tests = JointTests(0.5, np.array([True]), np.array([1.0]))
    where = "signalcli.evaluation.comparison.joint_tests"
    monkeypatch.setattr(f"{where}.compare_models", lambda *_, **__: tests)
    monkeypatch.setattr(f"{where}.spread_over", spread_over)
    rows = [table(BASELINES | {"m": right_on(18)}, symbol=s) for s in ("S", "T")]
    found = compare(pd.concat(rows, ignore_index=True), rule=FREE)
    joint = joint_tests(found, 3, "some cluster")
    assert asked == [(3, "some cluster")]
    assert joint["symbol"].tolist() == found.table["symbol"].tolist() == ["S"] * 3 + ["T"] * 3
    assert joint["better"].dtype == "int64"
    assert joint["better"].tolist() == [1] * 6
    joint_tests(found)
    assert asked[1] == (1, None)
