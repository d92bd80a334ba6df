"""Costs by hand: each part alone, then all together on an account that grows and shrinks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.account import account
from signalcli.backtesting.checks import describe_missing_spreads
from signalcli.backtesting.costs import capital_dependent_costs, proportional_costs
from signalcli.backtesting.market import Market, market_columns, trailing_mean, trailing_mean_of_known
from signalcli.backtesting.portfolio.simulate import backtest_portfolio
from signalcli.backtesting.simulate import backtest
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from signalcli.errors import DataError

FREE = {"cost_bps": 0.0}


def market(opens, closes, volumes, dates=("2024-01-05", "2024-01-08", "2024-01-09"), half_spread=None):
    opens, closes, volumes = (np.array(x, dtype="float64") for x in (opens, closes, volumes))
    return Market(np.array(dates, "datetime64[us]"), opens, opens, opens, closes, volumes, half_spread)


FLAT = market([100, 50, 200], [100, 50, 200], [1, 1, 1])
TURNOVER, OVERNIGHT, PRICE = (
    np.array([1.0, 0.5, 2.0]),
    np.array([0.0, -0.5, 1.0]),
    np.array([100.0, 50.0, 200.0]),
)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({}, [0.0, 0.0, 0.0]),
        ({"cost_bps": 10}, [0.001, 0.0005, 0.002]),
        ({"slippage_bps": 20}, [0.002, 0.001, 0.004]),
        ({"half_spread_bps": 30}, [0.003, 0.0015, 0.006]),
        ({"cost_bps": 10, "slippage_bps": 20, "half_spread_bps": 30}, [0.006, 0.003, 0.012]),
        ({"borrow_bps": 365}, [0.0, 0.5 * 3 / 1e4, 0.0]),  # half of the equity, Friday to Monday
        ({"borrow_bps": 365, "cost_bps": 10}, [0.001, 0.0005 + 0.5 * 3 / 1e4, 0.002]),
    ],
)
def test_proportional_costs(rule, wanted):
    found = proportional_costs(TURNOVER, OVERNIGHT, PRICE, FLAT, TradingRule(**FREE | rule))
    assert found.tolist() == pytest.approx(wanted)


def test_a_half_spread_in_prices_is_divided_by_the_price_and_replaces_the_constant():
    quoted = market([100, 50, 200], [100, 50, 200], [1, 1, 1], half_spread=np.array([1.0, 1.0, 4.0]))
    found = proportional_costs(
        TURNOVER, OVERNIGHT, PRICE, quoted, TradingRule(half_spread_bps=30, slippage_bps=10, **FREE)
    )
    assert found.tolist() == pytest.approx([0.01 + 0.001, 0.01 + 0.0005, 0.04 + 0.002])


def test_where_no_spread_is_quoted_the_constant_holds():
    quoted = market([100, 50, 200], [100, 50, 200], [1, 1, 1], half_spread=np.array([np.nan, 1.0, np.nan]))
    found = proportional_costs(TURNOVER, OVERNIGHT, PRICE, quoted, TradingRule(half_spread_bps=30, **FREE))
    assert found.tolist() == pytest.approx([0.003, 0.01, 0.006])


def test_the_newest_spread_of_a_symbol_is_that_of_an_empty_cell():
    """Of two symbols and two models a date; what comes later, or of the other symbol, is not known."""
    nan = np.nan
    table = pd.DataFrame(
        {"symbol": ["A"] * 6 + ["B"] * 4, "half_spread": [nan, nan, 2, nan, nan, 3, nan, nan, 4, nan]}
    )
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), 10.0)
    days = pd.to_datetime(["2024-01-01"]).repeat(10)
    found = market_columns(table.assign(date=days, **prices))["half_spread"]
    assert found.tolist() == pytest.approx([nan, nan, 2, 2, 2, 3, nan, nan, 4, 4], nan_ok=True)
    assert "half_spread" not in market_columns(table.drop(columns="half_spread").assign(date=days, **prices))


def test_a_quoted_spread_is_a_share_of_the_price_of_the_trade_not_of_the_close():
    quoted = market([100, 50, 200], [125, 80, 160], [1, 1, 1], half_spread=np.array([1.0, 1.0, 4.0]))
    found = proportional_costs(np.ones(3), OVERNIGHT, quoted.opens, quoted, TradingRule(**FREE))
    assert found.tolist() == pytest.approx([0.01, 0.02, 0.02])


def test_without_bars_there_is_no_quoted_spread_and_nothing_to_borrow():
    rule = TradingRule(half_spread_bps=30, borrow_bps=365, **FREE)
    assert proportional_costs(TURNOVER, OVERNIGHT, PRICE, None, rule).tolist() == [0.003, 0.0015, 0.006]


def test_commissions_and_impact_by_hand():
    """10,000 at the start, 100 a share. Before bar 1 a volume of 1,000 and a move of a quarter; before bar 2
    on average 2,500 and the root of (1/16 + 1/100) / 2."""
    bars = market([80, 100, 100], [100, 110, 99], [1000, 4000, 10**9])
    rule = TradingRule(capital=10_000, per_share=0.015, min_commission=2, impact=0.5, lookback=2, cost_bps=0)
    turnover, before = np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, -0.1])
    gross, proportional = np.array([1.0, 1.1, 0.9]), np.array([0.0, 0.001, 0.002])
    found = capital_dependent_costs([turnover], before, gross, proportional, np.full(3, 100.0), bars, rule)
    first = 0.001 + 2 / 10_000 + 0.5 * 0.25 * (100 / 1000) ** 0.5  # 100 shares cost 1.50, at least 2
    money = 10_000 * 1.1 * (1 - first) * 0.9  # a tenth is lost before the trade
    impact = 0.5 * ((1 / 16 + 1 / 100) / 2) ** 0.5 * (2 * money / 100 / 2500) ** 0.5 * 2
    assert found.tolist() == pytest.approx([0.0, first, 0.002 + 0.015 * 2 / 100 + impact])
    assert proportional.tolist() == [0.0, 0.001, 0.002], "not changed"


def test_an_order_beyond_the_volume_and_one_without_a_volume():
    """400 shares in a volume of 100: twice the impact of the whole volume; without a volume once."""
    rule = TradingRule(capital=40_000, impact=1, lookback=2, cost_bps=0)
    turnover, none, price = np.array([0.0, 1.0, 1.0]), np.zeros(3), np.full(3, 100.0)
    moves = 0.25, ((1 / 16 + 1 / 25) / 2) ** 0.5
    known = market([80, 100, 100], [100, 120, 99], [100, np.nan, 0])
    found = capital_dependent_costs([turnover], none, np.ones(3), none, price, known, rule)
    assert found.tolist() == pytest.approx([0, moves[0] * 2, moves[1] * 2**0.5])
    unknown = market([80, 100, 100], [100, 120, 99], [0, 0, 0])
    found = capital_dependent_costs([turnover], none, np.ones(3), none, price, unknown, rule)
    assert found.tolist() == pytest.approx([0, *moves])


def test_a_volume_below_one_share_is_a_volume():
    """One share in a mean volume of a quarter, as of coins: twice the impact of the whole volume."""
    rule = TradingRule(capital=100, impact=1, lookback=2, cost_bps=0)
    bars = market([80, 100, 100], [100, 120, 99], [0.25, 1, 1])
    turnover, none = np.array([0.0, 1.0, 0.0]), np.zeros(3)
    found = capital_dependent_costs([turnover], none, np.ones(3), none, np.full(3, 100.0), bars, rule)
    assert found.tolist() == pytest.approx([0, 0.25 * 2, 0])


def test_nothing_is_paid_for_a_trade_of_nothing():
    """After a night that took all, and where nothing is traded, not even the least commission."""
    bars = market([100, 100, 100], [100, 100, 100], [100, 100, 100])
    rule = TradingRule(capital=1000, min_commission=5, cost_bps=0)
    turnover, before = np.array([0.0, 1.0, 1.0]), np.array([0.0, -1.0, -1.5])
    found = capital_dependent_costs(
        [turnover], before, np.ones(3), np.zeros(3), np.full(3, 100.0), bars, rule
    )
    assert found.tolist() == [0, 0, 0]


def test_costs_take_no_more_than_there_is():
    """A commission of twice the equity leaves 0, not a debt that later gains would grow."""
    bars = market([100] * 3, [100] * 3, [100] * 3)
    rule = TradingRule(capital=10, min_commission=20, cost_bps=0)
    found = capital_dependent_costs(
        [np.array([0.0, 1, 1])], np.zeros(3), np.ones(3), np.zeros(3), np.full(3, 100.0), bars, rule
    )
    assert found.tolist() == [0, 2, 0]


def test_trailing_means_by_hand():
    x = np.array([1.0, 2.0, np.nan, 4.0, 6.0])
    assert trailing_mean(np.array([1.0, 2.0, 6.0]), 2).tolist()[1:] == [1.5, 4.0]
    assert np.isnan(trailing_mean(x, 2)).tolist() == [True, False, True, True, False]
    assert np.isnan(trailing_mean(x, 6)).all()
    assert trailing_mean(x[:2], 2).tolist()[1:] == [1.5]
    assert trailing_mean_of_known(x, 2).tolist() == [1.0, 1.5, 2.0, 4.0, 5.0]
    assert trailing_mean_of_known(x, 9).tolist() == pytest.approx([1, 1.5, 1.5, 7 / 3, 13 / 4])
    assert np.isnan(trailing_mean_of_known(np.full(3, np.nan), 2)).all()
    assert np.isnan(trailing_mean_of_known(np.array([1.0, np.nan, np.nan]), 2)).tolist() == [
        False,
        False,
        True,
    ]


def held_at_two_levels():
    """40 bars at a price of 100 that touch nothing, and one whose low of 90 stops what is long."""
    n = 42
    prices, low = np.full(n, 100.0), np.full(n, 100.0)
    low[40] = 90.0
    dates = np.arange(n).astype("datetime64[D]").astype("datetime64[us]")
    return Market(dates, prices, prices, low, prices, np.full(n, 1e6))


def test_a_stop_in_the_bar_of_its_entry_is_a_second_order():
    """10 for buying and 10 for the stop, of 1,000; the stop loses 5 %: 1000 · .95 · (1 - .02)."""
    bars, position = held_at_two_levels(), np.zeros(42)
    position[39] = 1.0
    rule = TradingRule(cost_bps=0, stop_loss=0.05, capital=1000, min_commission=10)
    booked = account(bars.opens, bars.closes, position, rule, bars)
    assert booked["cost"][40] == pytest.approx(0.02)
    assert booked["equity"][-1] == pytest.approx(0.95 * 0.98)


def test_each_order_moves_the_price_by_its_own_size():
    """Impact of .1 √share · turnover, twice: not of an order of two, which would cost √2 as much."""
    bars, position = held_at_two_levels(), np.zeros(42)
    bars = replace(bars, closes=np.where(np.arange(42) % 2, 100.0, 101.0), volumes=np.full(42, 1000.0))
    position[39] = 1.0
    rule = TradingRule(cost_bps=0, stop_loss=0.05, capital=10_000, impact=1, lookback=2)
    booked = account(bars.opens, bars.closes, position, rule, bars)
    moves = np.array([100 / 101, 101 / 100]) - 1
    one = np.sqrt(np.mean(moves**2)) * np.sqrt(100 / 1000)
    assert booked["cost"][40] == pytest.approx(2 * one, rel=1e-6)


def test_what_leaves_at_the_end_of_its_bar_is_a_second_order():
    """Bought at the open and sold at the close, where the symbol ends: twice 10 of 1,000."""
    bars = replace(held_at_two_levels(), closing=np.arange(42) == 40)
    position = np.zeros(42)
    position[39] = 1.0
    rule = TradingRule(cost_bps=0, capital=1000, min_commission=10)
    booked = account(bars.opens, bars.closes, position, rule, bars)
    assert booked["cost"][40] == pytest.approx(0.02)
    assert booked["turnover"][40] == pytest.approx(2)


def test_a_change_of_rounding_is_no_order():
    """Means of .1, .2 and .3 in any order are .2, but differ in their last digit."""
    decisions = np.tile([0.1, 0.2, 0.3], 14)
    position = np.append([0.0, 0.0], np.lib.stride_tricks.sliding_window_view(decisions, 3).mean(axis=1))
    assert len(set(position[2:])) > 1, "the case has rounding in it"
    bars = held_at_two_levels()
    rule = TradingRule(cost_bps=0, capital=1000, min_commission=10)
    booked = account(bars.opens, bars.closes, position, rule, bars)
    assert np.flatnonzero(booked["cost"]).tolist() == [3], "bought once"
    assert np.flatnonzero(booked["turnover"]).tolist() == [3]


def quoted(cells, p_up=0.9):
    """Rows of two symbols with a half spread in price, long from the second open at 100."""
    n = len(cells)
    dates = pd.bdate_range("2024-01-01", periods=n).astype("datetime64[us]")
    same = dict.fromkeys(("open", "high", "low", "close"), 100.0)
    labels = {"forward_return": 0.0, "direction": pd.array([0] * n, "Int8"), "label_end": dates}
    one = pd.DataFrame(
        {"date": dates, **same, "volume": 1e6, **labels, "model": "m", "fold": 1, "p_up": p_up}
    )
    parts = [one.assign(symbol=s, half_spread=np.array(cells) * k) for s, k in (("A", 1), ("B", 2))]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("model", ["m", "buy_hold"])
def test_an_unknown_half_spread_is_the_one_before_of_its_symbol(model):
    """Entered at the second open: .5 of 100 for A and 1 of 100 for B, which are those of the first bar."""
    booked = backtest(quoted([0.5, np.nan, np.nan]), TradingRule(**FREE)).query("model == @model")
    assert booked["cost"].tolist() == pytest.approx([0, 0.005, 0, 0, 0.01, 0])
    assert np.isfinite(booked["equity"]).all()


@pytest.mark.parametrize("portfolio", [False, True])
def test_before_the_first_half_spread_the_assumed_one_counts(portfolio):
    """30 basis points of each symbol's account, or of the one capital that buys both."""
    table, rule = quoted([np.nan, np.nan, 0.5]), TradingRule(half_spread_bps=30, **FREE)
    if portfolio:
        booked = backtest_portfolio(table, PortfolioConfig(portfolio="equal"), rule).returns
        assert booked["cost"].sum() == pytest.approx(0.003)
    else:
        booked = backtest(table, rule).query("model == 'm'")
        assert booked["cost"].tolist() == pytest.approx([0, 0.003, 0, 0, 0.003, 0])


@pytest.mark.parametrize("cell", [-0.01, np.inf])
def test_a_half_spread_below_zero_is_refused(cell):
    with pytest.raises(DataError, match="A 2024-01-02 m: half_spread is not a price of at least 0"):
        backtest(quoted([0.5, cell, 0.5]), TradingRule())


def test_unknown_half_spreads_are_counted():
    assert describe_missing_spreads(quoted([0.5, 0.5])) is None
    assert describe_missing_spreads(quoted([0.5, 0.5]).drop(columns="half_spread")) is None
    line = describe_missing_spreads(quoted([0.5, np.nan, np.nan])) or ""
    assert line.startswith(
        "4 of 6 rows have no half_spread: that of the bar before counts, and --half-spread-bps"
    )
