"""METRICS without RETURNS in between, against METRICS of RETURNS; and the row groups of a table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.backtesting.groups import first_of_each_date, group_rows
from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.scorecard import scorecard
from signalcli.schemas import PREDICTIONS, check

RULES = [
    TradingRule(),
    TradingRule(cost_bps=30, fill="close", threshold=0.6, long_only=True),
    TradingRule(sizing="probability", hold=3, max_turnover=0.5, dead_band=0.1),
    TradingRule(sizing="volatility", max_position=0.8, borrow_bps=300, slippage_bps=2),
    TradingRule(sizing="kelly", half_spread_bps=3, lookback=5),
    TradingRule(stop_loss=0.01, take_profit=0.02),
    TradingRule(per_share=0.01, min_commission=1, impact=0.1, capital=1e5),
    TradingRule(cost_bps=9000),  # ruined soon
]


def predictions(symbols=("AAA", "BBB"), models=("ar", "tree"), three=False, seed=0, rows=50):
    parts = []
    for i, symbol in enumerate(symbols):
        bars = random_bars(rows + 7 * i, seed + i, symbol)
        move = bars["close"].shift(-1) / bars["close"] - 1
        label = (move > 0).astype("Int8") - ((move < -0.005) & three).astype("Int8")
        ends = bars["date"].shift(-1)
        bars = bars.assign(forward_return=move, direction=label.where(move.notna()), label_end=ends, fold=1)
        for j, model in enumerate(models):
            p = np.random.default_rng(seed + 10 * i + j).dirichlet([1] * (3 if three else 2), len(bars))
            said = {"p_up": p[:, 0]} | ({"p_flat": p[:, 1], "p_down": p[:, 2]} if three else {})
            parts.append(bars.assign(model=model, **said))
    return check(pd.concat(parts, ignore_index=True), PREDICTIONS, "test")


def assert_the_same(table, rule=None, config=None, trials=None):
    found = evaluate(table, rule, config, trials)
    expected = scorecard(backtest(table, rule), config, trials)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("three", [False, True])
@pytest.mark.parametrize("models", [("ar",), ("tree", "ar", "ar1")])
@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_metrics_are_those_of_returns_bit_for_bit(rule, models, three):
    assert_the_same(predictions(models=models, three=three), rule, ScorecardConfig(metrics="all"))


@pytest.mark.parametrize(
    "config",
    [
        ScorecardConfig(portfolio=True),
        ScorecardConfig(by="year"),
        ScorecardConfig(by="fold"),
        ScorecardConfig(intervals=True),
    ],
)
def test_whatever_is_shown_of_them(config):
    assert_the_same(predictions(rows=40), config=config, trials={"AAA": (20, 0.01)})


def test_whatever_order_the_rows_stand_in_and_whatever_they_bring():
    table = predictions()
    mixed = table.sample(frac=1, random_state=0).sort_values("date", kind="stable", ignore_index=True)
    assert_the_same(mixed)
    assert_the_same(backtest(table)[table.columns])  # buy & hold among the models
    assert_the_same(backtest(table).query("model == 'buy_hold'")[table.columns].reset_index(drop=True))
    paths = [table.assign(path=i, p_up=table["p_up"].to_numpy()[:: 1 - 2 * i]) for i in (0, 1)]
    assert_the_same(pd.concat(paths, ignore_index=True))
    assert_the_same(table.assign(band=np.where(table["model"] == "ar", 0.7, np.nan)))
    assert_the_same(table.assign(half_spread=table["close"] * 1e-3))
    assert_the_same(table.query("symbol == 'AAA' or model == 'ar'").reset_index(drop=True))
    assert_the_same(table[(table["model"] == "ar") | (table.index % 3 > 0)].reset_index(drop=True))


@pytest.mark.parametrize("holes", [[], [0], [20, 21], range(100), [*range(5), 99]])
def test_rows_without_a_label_anywhere(holes):
    table = predictions(symbols=("AAA",), rows=60)
    table.loc[[*holes], "direction"] = pd.NA
    assert_the_same(table)
    cards = evaluate(table).set_index("model")
    for model, rows in table.dropna(subset="direction").groupby("model"):
        right = (rows["p_up"] > 0.5) == (rows["direction"] == 1)
        assert cards.loc[model, "accuracy"] == right.mean()


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_groups_are_booked_as_if_each_was_alone(rule):
    table = predictions(models=("ar", "tree"))
    returns = backtest(table, rule)
    for (symbol, model), rows in table.groupby(["symbol", "model"]):
        alone = backtest(rows.reset_index(drop=True), rule)
        for name in (model, "buy_hold"):
            together = returns[(returns["symbol"] == symbol) & (returns["model"] == name)]
            expected = alone[alone["model"] == name].reset_index(drop=True)
            pd.testing.assert_frame_equal(together.reset_index(drop=True), expected, check_exact=True)


def test_what_a_backtest_refuses_is_refused():
    table = predictions()
    for column, value in (("p_up", -0.5), ("p_up", 1.5), ("open", 0.0), ("close", np.inf)):
        wrong = table.copy()
        wrong.loc[13, column] = value
        with pytest.raises(DataError) as theirs:
            backtest(wrong)
        with pytest.raises(DataError, match=r"1 rows? in all") as ours:
            evaluate(wrong)
        assert str(ours.value) == str(theirs.value)


def test_predictions_are_not_changed():
    table = predictions()
    before = table.copy(deep=True)
    evaluate(table)
    pd.testing.assert_frame_equal(table, before, check_exact=True)


# ---- groups


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z"])), min_size=1, max_size=12))
@settings(max_examples=60)
def test_groups_are_those_of_pandas(rows):
    table = pd.DataFrame(rows, columns=["symbol", "model"]).astype("str")
    found = group_rows(table, ["symbol", "model"])
    place = np.arange(len(table))
    expected = {name: list(part.index) for name, part in table.groupby(["symbol", "model"], sort=True)}
    of_groups = {name: place[rows].tolist() for name, rows in zip(found.names, found.each(), strict=True)}
    assert of_groups == expected
    assert list(of_groups) == list(expected)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), min_size=1, max_size=12))
@settings(max_examples=60)
@example([("a", 1), ("a", 0), ("a", 1)])
@example([("a", 0), ("a", 1), ("b", 1)])
def test_each_date_of_a_symbol_comes_once(rows):
    table = pd.DataFrame(rows, columns=["symbol", "day"]).astype({"symbol": "str"})
    table["date"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(table.pop("day"), unit="D")
    pd.testing.assert_frame_equal(first_of_each_date(table), table.drop_duplicates(["symbol", "date"]))
    in_order = table.sort_values(["symbol", "date"], ignore_index=True)
    pd.testing.assert_frame_equal(first_of_each_date(in_order), in_order.drop_duplicates(["symbol", "date"]))
