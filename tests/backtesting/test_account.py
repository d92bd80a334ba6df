"""The account by hand: where all is lost, where a symbol ends, and where a stop leaves within the bar."""

import numpy as np
import pytest

from signalcli.backtesting.account import account
from signalcli.backtesting.fills import fill_positions
from signalcli.backtesting.market import Market
from signalcli.config.trading import TradingRule

FREE = TradingRule(cost_bps=0)


def booked(opens, closes, position, rule=FREE, **more):
    found = account(*(np.array(x, dtype="float64") for x in (opens, closes, position)), rule, **more)
    return {name: values.tolist() for name, values in found.items()}


def test_what_is_lost_over_night_is_not_won_back_within_the_day():
    """Short from 100; the next open at 350 takes 2.5 times all there is, the close at 100 gives nothing."""
    found = booked([100, 100, 350, 100], [100, 100, 100, 100], [-1, -1, -1, -1])
    assert found["equity"] == [1, 1, 0, 0]
    assert found["gross_return"] == [0, 0, -1, 0]
    assert found["turnover"] == [0, 1, 0, 0]
    assert found["position"] == [-1, -1, 0, 0]
    assert found["drawdown"] == [0, 0, 1, 1]


def test_two_losses_of_more_than_all_are_no_gain():
    """Over night 1 - 1.5 and within the day 1 - 1.2, whose product would be a gain."""
    found = booked([100, 100, 250, 550], [100, 100, 550, 550], [-1, -1, -1, -1])
    assert found["equity"] == [1, 1, 0, 0]
    assert found["net_return"] == [0, 0, -1, 0]


def test_costs_take_all_there_is_and_no_more():
    """Nine tenths for the entry; twice as much is traded to turn, which would cost 1.8 of what is left."""
    found = booked([100] * 4, [100] * 4, [1, -1, -1, -1], TradingRule(cost_bps=9_000))
    assert found["cost"] == pytest.approx([0, 0.9, 1, 0])
    assert found["equity"] == pytest.approx([1, 0.1, 0, 0])
    assert found["position"] == [1, -1, 0, 0]


def bars(opens, closes, closing=None, lows=None):
    opens, closes = np.array(opens, dtype="float64"), np.array(closes, dtype="float64")
    days = np.datetime64("2024-01-01") + np.arange(len(opens))
    lows = np.minimum(opens, closes) if lows is None else np.array(lows, dtype="float64")
    highs, ones = np.maximum(opens, closes), np.ones(len(opens))
    ends = None if closing is None else np.array(closing, dtype=bool)
    return Market(days, opens, highs, lows, closes, ones, closing=ends)


@pytest.mark.parametrize("side", [1, -1])
def test_what_ends_is_sold_at_its_last_close_and_not_held_over_night(side):
    """Ends with the third bar, whose close decides 0, and is entered again with the fifth."""
    market = bars([100, 100, 110, 50, 100, 100], [100, 110, 121, 50, 100, 100], [0, 0, 1, 0, 0, 0])
    position = side * np.array([1.0, 1, 0, 1, 1, 1])
    found = fill_positions(market.opens, market.closes, position, FREE, market)
    assert found.opened.tolist() == [0, side, side, 0, side, side]
    assert found.closed.tolist() == [0, side, 0, 0, side, side]
    assert found.turnover.tolist() == [0, 1, 1, 0, 1, 0]
    assert found.overnight.tolist() == [0, 0, side, 0, 0, side]
    assert found.before.tolist() == [0] * 6
    assert found.after.tolist() == pytest.approx([0, 0.1 * side, 0.1 * side, 0, 0, 0])


def test_a_stop_within_the_bar_is_a_second_trade():
    """Entered at 100, left at 90, and not entered again: two trades of all, then none."""
    market = bars([100, 100, 95, 95], [100, 95, 95, 95], lows=[100, 80, 95, 95])
    found = fill_positions(market.opens, market.closes, np.ones(4), TradingRule(stop_loss=0.1), market)
    assert found.turnover.tolist() == [0, 2, 0, 0]
    assert found.after.tolist() == pytest.approx([0, -0.1, 0, 0])
    assert found.closed.tolist() == [0, 0, 0, 0]


def test_the_drawdown_is_from_the_highest_equity_the_start_included():
    """A tenth is paid at the first close; then all is doubled, and half of that lost. Groups begin anew."""
    rule = TradingRule(cost_bps=1_000, fill="close")
    once = booked([100] * 3, [100, 200, 100], [1, 1, 1], rule)
    assert once["equity"] == pytest.approx([0.9, 1.8, 0.9])
    assert once["drawdown"] == pytest.approx([0.1, 0, 0.5])
    twice = booked([100] * 6, [100, 200, 100] * 2, [1] * 6, rule, starts=np.array([0, 3]))
    assert twice["drawdown"] == pytest.approx(once["drawdown"] * 2)
