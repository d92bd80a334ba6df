"""Portfolios whose symbols leave, whose capital is lost, and whose weights cancel out, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.portfolio.simulate import backtest_portfolio
from signalcli.backtesting.portfolio.weights import average_weights, by_risk, of_extremes
from signalcli.backtesting.score import score
from signalcli.backtesting.trades import list_trades
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.metrics.catalogue import TRADE_METRICS
from signalcli.evaluation.trade_metrics import with_trade_metrics
from still_predictions import still_predictions

RULE = TradingRule(cost_bps=100, hold=1)
EQUAL = PortfolioConfig("equal")


def still(p: dict[str, list[float]], start: str = "2024-01-01", **columns: object) -> pd.DataFrame:
    """PREDICTIONS of symbols whose price is always 10, so that weights do not drift; p_up by symbol."""
    parts = [
        pd.DataFrame({"symbol": symbol, "date": pd.date_range(start, periods=len(values)), "p_up": values})
        for symbol, values in p.items()
    ]
    return still_predictions(pd.concat(parts, ignore_index=True), **columns)


@pytest.mark.parametrize(
    ("fill", "traded"), [("next_open", [0, 1, 0, 0.5, 0.5, 0]), ("close", [1, 0, 0, 1, 0, 0])]
)
def test_a_symbol_that_leaves_the_universe_is_sold_and_not_bought_again(fill, traded):
    table = still({"A": [0.9] * 6, "B": [0.9] * 6})
    member = ~((table["symbol"] == "B") & (table["date"] > "2024-01-03"))
    table = table.assign(member=pd.array(member.astype(int), "Int8"), p_up=table["p_up"].where(member))
    found = backtest_portfolio(table, EQUAL, replace(RULE, fill=fill))
    assert found.returns["turnover"].tolist() == pytest.approx(traded, abs=1e-15)
    assert found.returns["cost"].tolist() == pytest.approx([x / 100 for x in traded], abs=1e-15)
    assert found.lines == ["positions in 1 symbol are closed at their last close: B 2024-01-03"]


def test_a_member_that_comes_back_is_bought_after_a_new_decision():
    table = still({"A": [0.9] * 6, "B": [0.9] * 6})
    member = ~((table["symbol"] == "B") & (table["date"] == "2024-01-03"))
    table = table.assign(member=pd.array(member.astype(int), "Int8"), p_up=table["p_up"].where(member))
    traded = backtest_portfolio(table, EQUAL, RULE).returns["turnover"]
    assert traded.tolist() == pytest.approx([0, 1, 0.5, 0.5, 1, 0], abs=1e-15)


def test_what_is_held_when_a_symbol_ends_is_named_and_what_was_only_decided_is_not():
    days = 20
    held = still({"A": [0.9] * days, "B": [0.9, 0.9, 0.5], "C": [0.5, 0.5, 0.9]})
    found = backtest_portfolio(held, EQUAL, RULE)
    assert found.lines == ["positions in 1 symbol are closed at their last close: B 2024-01-03"]
    assert found.returns["turnover"].iloc[17] == pytest.approx(1 / 3)  # fifteen days after the last bar


def test_nothing_is_held_or_decided_after_ruin():
    table = still({"A": [0.1] * 6})
    later = table["date"] >= "2024-01-04"
    prices = ["open", "high", "low", "close"]
    table[prices] = table[prices].mul(np.where(later, 3.0, 1.0), axis=0)  # a short of 1 loses 2
    found = backtest_portfolio(table, EQUAL, RULE)
    assert found.returns["equity"].tolist()[3:] == [0, 0, 0]
    assert found.returns["position"].tolist() == [1, 1, 1, 0, 0, 0]
    assert found.holdings["date"].max() == pd.Timestamp("2024-01-03")


def test_weights_that_cancel_out_are_none():
    weights = np.array([[0.1], [0.2], [-0.3], [0.1], [0.2]])
    assert average_weights(weights, 3).ravel()[2:].tolist() == [0, 0, 0]
    table = still({"A": [0.51, 0.53, 0.46, 0.51], "B": [0.9] * 4})
    rule = replace(RULE, sizing="probability", hold=3)
    held = backtest_portfolio(table, EQUAL, rule).holdings.query("symbol == 'A'")
    assert held["date"].dt.day.tolist() == [1, 2]
    trades = list_trades(table[table["symbol"] == "A"], rule)
    assert len(trades.query("model == 'tree'")) == 1


def test_a_constant_baseline_is_bought_at_once_whatever_the_hold():
    table = still({"A": [0.9] * 4, "B": [0.8] * 4})
    for model, sizes in (("majority", [1, 1, 1, 1]), ("tree", [0.5, 1, 1, 1])):
        found = backtest_portfolio(
            table.assign(model=model), PortfolioConfig("signal"), replace(RULE, hold=2)
        )
        assert found.returns["position"].tolist() == pytest.approx(sizes)


def test_a_symbol_whose_prediction_set_is_undecided_is_not_among_the_extremes():
    table = still({"A": [0.9], "B": [0.6], "C": [0.4], "D": [0.2]})
    bands = table["symbol"].map({"A": 0.35, "B": 0.6, "C": 0.6, "D": 0.35})  # B, C: up or down
    for top, expected in ((1, {"A": 0.5, "D": -0.5}), (2, {"A": 0.5, "D": -0.5})):
        found = backtest_portfolio(table.assign(band=bands), PortfolioConfig(f"top:{top}"), RULE).holdings
        assert found.set_index("symbol")["weight"].to_dict() == expected


def test_equal_differences_of_probabilities_are_ties():
    rows = pd.DataFrame({"p_up": [0.3, 0.1, 0.6], "p_down": [0.5, 0.3, 0.1]})
    assert score(rows).tolist() == [-0.2, -0.2, 0.5]
    table = still({"A": [0.3], "B": [0.1], "C": [0.6]}).assign(p_down=[0.5, 0.3, 0.1], p_flat=[0.2, 0.6, 0.3])
    held = backtest_portfolio(table, PortfolioConfig("top:1"), RULE).holdings
    assert held["weight"].tolist() == [-0.25, -0.25, 0.5]


def test_one_capital_has_no_trades_but_the_mean_of_accounts_has_all():
    table = still({"A": [0.9, 0.1] * 5, "B": [0.1, 0.9] * 5})
    shared = backtest_portfolio(table, EQUAL, RULE).returns
    listed, names = list_trades(table, RULE), list(TRADE_METRICS)
    pooled = with_trade_metrics(evaluate(table, RULE, ScorecardConfig(portfolio=True)), listed)
    one = with_trade_metrics(evaluate(table, RULE, ScorecardConfig(), None, shared), listed, shared)
    cards = [card.set_index(["symbol", "model"]) for card in (pooled, one)]
    assert cards[0].loc[("PORTFOLIO", "tree"), "closed_trades"] == 16
    assert cards[1].loc[("PORTFOLIO", "tree"), names].isna().all()
    assert cards[1].loc[("PORTFOLIO", "buy_hold"), "open_trades"] == 2
    assert cards[1].loc[("A", "tree"), "closed_trades"] == 8


def test_a_symbol_with_the_name_of_all_symbols_together_is_refused():
    table = still({"A": [0.9] * 3, "PORTFOLIO": [0.9] * 3})
    with pytest.raises(DataError, match="PORTFOLIO stands for all symbols"):
        backtest_portfolio(table, EQUAL, RULE)
    with pytest.raises(DataError, match="rename it"):
        evaluate(table, RULE, ScorecardConfig(portfolio=True))
    assert "PORTFOLIO" in set(evaluate(table, RULE)["symbol"])


def test_buy_and_hold_alone_is_refused_and_a_portfolio_may_be_flat():
    table = still({"A": [0.5] * 3})
    with pytest.raises(DataError, match="buy_hold is the only model"):
        backtest_portfolio(table.assign(model="buy_hold"), EQUAL, RULE)
    both = pd.concat([table, table.assign(model="buy_hold")])
    found = backtest_portfolio(both, EQUAL, RULE)
    assert set(found.returns["model"]) == {"tree"}
    assert len(found.holdings) == 0
    assert (found.returns["equity"] == 1).all()


def test_the_spread_of_a_column_takes_the_place_of_the_assumed_one():
    table, rule = still({"A": [0.9] * 3}), TradingRule(cost_bps=0, half_spread_bps=100, hold=1)
    assumed = backtest_portfolio(table, EQUAL, rule).returns
    known = backtest_portfolio(table.assign(half_spread=0.02), EQUAL, rule).returns
    assert assumed["cost"].tolist() == pytest.approx([0, 0.01, 0])
    assert known["cost"].tolist() == pytest.approx([0, 0.002, 0])


def test_costs_take_no_more_than_all_and_count_as_drawdown_from_the_first_date():
    table = still({"A": [0.9, 0.1, 0.1]})
    dear = backtest_portfolio(table, EQUAL, TradingRule(cost_bps=9_000, hold=1, fill="close")).returns
    assert dear["cost"].tolist() == pytest.approx([0.9, 1, 0])
    assert dear["equity"].tolist() == pytest.approx([0.1, 0, 0])
    assert dear["drawdown"].tolist() == pytest.approx([0.9, 1, 1])


def test_a_symbol_on_holiday_keeps_its_signal_and_one_that_has_ended_has_none():
    table = still({"A": [0.9] * 20, "B": [0.6] * 2, "C": [0.9] * 20})  # signals .8, .2, .8
    table = table[(table["symbol"] != "C") | (table["date"] != "2024-01-10")]
    held = backtest_portfolio(table, PortfolioConfig("signal"), RULE).holdings
    wide = held.pivot(index="date", columns="symbol", values="weight")
    assert wide.loc["2024-01-10"].tolist() == pytest.approx([0.8 / 1.8, 0.2 / 1.8, 0.8 / 1.8])
    assert wide.loc["2024-01-17", ["A", "C"]].tolist() == [0.5, 0.5]


def test_a_decision_is_held_for_the_horizon_of_its_label():
    table = still({"A": [0.9] * 3}, horizon=2)
    found = backtest_portfolio(table, PortfolioConfig("signal"), replace(RULE, hold=None)).returns
    assert found["position"].tolist() == [0.5, 1, 1]


def test_each_path_has_a_capital_of_its_own():
    table = still({"A": [0.9, 0.9]})
    paths = pd.concat([table.assign(path=1), table.assign(path=2, p_up=0.1)])
    held = backtest_portfolio(paths, EQUAL, RULE).holdings
    assert held[["path", "weight"]].to_numpy().tolist() == [[1, 1], [1, 1], [2, -1], [2, -1]]


@pytest.mark.parametrize(("column", "value"), [("p_up", 1.5), ("open", 0.0), ("close", -1.0)])
def test_what_is_no_probability_or_price_is_refused(column, value):
    table = still({"A": [0.9] * 3})
    table.loc[1, column] = value
    with pytest.raises(DataError, match="A 2024-01-02 tree"):
        backtest_portfolio(table, EQUAL, RULE)


def test_a_symbol_that_is_no_longer_alive_takes_no_share_of_the_risk():
    found = by_risk(np.ones((1, 3)), np.array([[0.1, 0.2, 0.2]]), np.array([[True, False, True]]))
    np.testing.assert_allclose(found, [[2 / 3, 0.0, 1 / 3]], rtol=1e-12)


def test_risks_above_one_are_shared_as_others_are():
    """Volatilities of 2 and 4 a year: inverses .5 and .25, together less than 1."""
    found = by_risk(np.ones((1, 2)), np.array([[2.0, 4.0]]), np.ones((1, 2), dtype=bool))
    np.testing.assert_allclose(found, [[2 / 3, 1 / 3]], rtol=1e-12)


def test_one_decision_is_its_own_mean_to_the_last_digit():
    weights = np.array([[0.1], [0.2], [0.3], [1e-12]])
    assert average_weights(weights, 1).tolist() == weights.tolist()


def test_scores_that_are_all_equal_hold_no_symbol():
    assert of_extremes(np.full((1, 4), 0.3), 2, long_only=True).tolist() == [[0.0] * 4]
    assert of_extremes(np.array([[0.3, 0.3, 0.4, 0.3]]), 1, long_only=True).tolist() == [[0.0, 0.0, 1.0, 0.0]]
