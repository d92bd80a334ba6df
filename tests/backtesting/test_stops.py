"""Levels of stop-loss and take-profit by hand, on both sides, within the bar and beyond its open."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.booking import trade_probabilities
from signalcli.backtesting.fills import fill_positions
from signalcli.backtesting.market import Market
from signalcli.backtesting.sizing import (
    direction_of_trade,
    limit_turnover,
    mask_undecided,
    target_position,
)
from signalcli.backtesting.stops import apply_stops
from signalcli.config.trading import TradingRule

BOTH = {"stop_loss": 0.1, "take_profit": 0.2}


def market(*bars):
    """Bars as (open, high, low, close)."""
    opens, highs, lows, closes = np.array(bars, dtype="float64").T
    days = np.datetime64("2024-01-01") + np.arange(len(bars))
    return Market(days, opens, highs, lows, closes, np.ones(len(bars)))


def stopped(side, *bars, **rule):
    """A side decided at the close of a first bar at 100, and kept."""
    first = (100.0, 100.0, 100.0, 100.0)
    bars = market(first, *bars)
    return apply_stops(np.full(len(bars.opens), float(side)), bars, TradingRule(**rule))


@pytest.mark.parametrize(
    ("side", "bar", "rule", "price"),
    [
        (1, (100, 119, 91, 95), BOTH, None),
        (1, (100, 105, 90, 95), BOTH, 90),  # touched is reached
        (1, (100, 105, 80, 95), BOTH, 90),
        (1, (100, 120, 95, 118), BOTH, 120),
        (1, (100, 130, 95, 118), BOTH, 120),
        (1, (100, 130, 80, 118), BOTH, 90),  # the loss counts
        (1, (100, 130, 80, 118), {"take_profit": 0.2}, 120),
        (-1, (100, 109, 81, 95), BOTH, None),
        (-1, (100, 110, 95, 105), BOTH, 110),
        (-1, (100, 105, 80, 82), BOTH, 80),
        (-1, (100, 120, 70, 95), BOTH, 110),
        (-1, (100, 120, 70, 95), {"take_profit": 0.2}, 80),
    ],
)
def test_a_level_within_the_bar_of_the_entry(side, bar, rule, price):
    found = stopped(side, bar, **rule)
    assert found.opened.tolist() == [0, side]
    assert found.closed.tolist() == [0, side if price is None else 0]
    assert found.price[1] == pytest.approx(bar[3] if price is None else price)
    assert found.decided.tolist() == [side, side if price is None else 0]


@pytest.mark.parametrize(
    ("side", "second", "opened", "price"),
    [
        (1, (89, 95, 88, 94), 0, 94),  # opens beyond the loss: left at the open, not entered again
        (1, (121, 125, 120, 124), 0, 124),  # opens beyond the gain
        (1, (95, 99, 85, 97), 1, 90),  # the level is measured from the entry at 100
        (1, (95, 125, 94, 97), 1, 120),
        (-1, (111, 112, 105, 106), 0, 106),
        (-1, (79, 82, 78, 81), 0, 81),
        (-1, (105, 115, 104, 107), 1, 110),
        (0.5, (89, 95, 88, 94), 0, 94),  # a part of the equity as the whole
        (-0.5, (111, 112, 105, 106), 0, 106),
    ],
)
def test_a_level_in_the_bar_after_the_entry(side, second, opened, price):
    found = stopped(side, (100, 101, 99, 100), second, **BOTH)
    assert found.opened.tolist() == [0, side, side * opened]
    assert found.closed.tolist() == [0, side, 0]
    assert found.price[2] == pytest.approx(price)
    assert found.decided.tolist() == [side, side, 0]


@pytest.mark.parametrize("side", [1, -1])
def test_a_position_left_within_the_bar_was_traded_twice(side):
    """Entered at 100 and left at a loss of a tenth in the same bar, and not entered again."""
    bars = market((100.0,) * 4, (100.0, 115.0, 85.0, 100.0), (100.0,) * 4)
    rule = TradingRule(stop_loss=0.1)
    fills = fill_positions(bars.opens, bars.closes, np.full(3, float(side)), rule, bars)
    assert fills.turnover.tolist() == [0, 2, 0]
    assert fills.after.tolist() == pytest.approx([0, -0.1, 0])
    assert fills.before.tolist() == [0, 0, 0]


def test_a_side_may_come_back_after_another_signal():
    """Long, stopped, long refused, flat, long again at 50: the level is measured from there."""
    still, low = (100, 100, 100, 100), (100, 100, 80, 100)
    bars = market(still, still, low, still, (50, 55, 46, 50), (50, 50, 44, 50))
    position = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    found = apply_stops(position, bars, TradingRule(stop_loss=0.1))
    assert found.opened.tolist() == [0, 1, 1, 0, 1, 1]
    assert found.closed.tolist() == [0, 1, 0, 0, 1, 0]
    assert found.price[[2, 5]].tolist() == pytest.approx([90, 45])
    assert found.decided.tolist() == [1, 1, 0, 1, 1, 0]


def test_the_other_side_is_not_refused_and_has_an_entry_of_its_own():
    bars = market((100, 100, 100, 100), (100, 100, 85, 95), (80, 87, 79, 80), (80, 89, 79, 80))
    found = apply_stops(np.array([1.0, -0.5, -0.5, -0.5]), bars, TradingRule(stop_loss=0.1))
    assert found.opened.tolist() == [0, 1, -0.5, -0.5]
    assert found.closed.tolist() == [0, 0, -0.5, 0]
    assert found.price.tolist() == pytest.approx([100, 90, 80, 88])
    assert found.decided.tolist() == [1, -0.5, -0.5, 0]


# ---- sizes


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({"max_turnover": 0.6}, [0.6, 1.0, 0.4, -0.2]),
        ({"max_turnover": 0.6, "dead_band": 0.4}, [0.6, 1.0, 0.4, -0.2]),  # a change of .4 is made
        ({"max_turnover": 0.6, "dead_band": 0.41}, [0.6, 0.6, 0.0, -0.6]),
        ({"dead_band": 1.0}, [1.0, 1.0, -1.0, -1.0]),
        ({"dead_band": 0.1}, [1.0, 1.0, -1.0, -1.0]),
        ({}, [1.0, 1.0, -1.0, -0.95]),
    ],
)
def test_changes_are_limited(rule, wanted):
    found = limit_turnover(np.array([1.0, 1.0, -1.0, -0.95]), TradingRule(**rule))
    assert found.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("low", [np.nan, 99.0])
def test_a_close_beyond_the_level_stops_whatever_the_low_says(low):
    """Long at 100; the next bar closes at 80, its low is unknown or wrong: left at 90."""
    found = stopped(1, (100, 100, 100, 100), (100, 100, low, 80), stop_loss=0.1)
    assert found.closed.tolist() == [0, 1, 0]
    assert found.price.tolist() == pytest.approx([100, 100, 90])


def test_steps_of_decimals_arrive():
    """Steps of .1 reach 1 and 0 exactly, and a change of .1 is as large as a dead band of .1."""
    slow = TradingRule(max_turnover=0.1)
    found = limit_turnover(np.repeat([1.0, -1.0], [12, 12]), slow)
    assert found.tolist() == pytest.approx([*np.arange(1, 11) / 10, 1, 1, *np.arange(9, -3, -1) / 10])
    assert found[9] == found[10] == 1.0
    assert found[21] == 0.0
    banded = TradingRule(max_turnover=0.1, dead_band=0.1)
    assert limit_turnover(np.full(4, 0.3), banded).tolist() == pytest.approx([0.1, 0.2, 0.3, 0.3])


def test_a_side_that_steps_left_by_rounding_is_left():
    """Long .1 to .3 and stopped; down to 0 by steps of .1 and up again: long is entered anew."""
    target = limit_turnover(
        np.array([0.3, 0.3, 0.3, -1, -1, -1, 0.3, 0.3, 0.3]), TradingRule(max_turnover=0.1)
    )
    assert target.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.2, 0.1, 0, 0.1, 0.2, 0.3])
    prices = [(100,) * 4] * 4 + [(100, 100, 90, 95)] + [(95,) * 4] * 4
    found = apply_stops(target, market(*prices), TradingRule(stop_loss=0.05))
    assert found.opened.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.2, 0, 0, 0.1, 0.2])


@pytest.mark.parametrize("threshold", [0.5, 0.58, 0.65, 0.7, 0.82, 0.9])
def test_a_probability_at_the_threshold_takes_neither_side(threshold):
    """.82 is not above .82, and neither is 1 - .18, which is .8200000000000001 in floats."""
    at = np.array([threshold, round(1 - threshold, 2)])
    rule = TradingRule(threshold=threshold)
    assert direction_of_trade(at, 1 - at, rule).tolist() == [0, 0]
    above = np.array([threshold + 0.01, round(0.99 - threshold, 2)])
    assert direction_of_trade(above, 1 - above, rule).tolist() == [1, -1]


def test_three_probabilities_at_the_threshold_take_no_side():
    """.45 of .6 is .75, however it is rounded."""
    rule = TradingRule(threshold=0.75)
    assert direction_of_trade(np.array([0.45, 0.15]), np.array([0.15, 0.45]), rule).tolist() == [0, 0]


def test_equal_classes_are_both_in_the_set():
    """Up and flat .4, down .2: what up and down leave is .39999999999999997, below up. Nothing is decided."""
    up, down, band = np.array([0.4]), np.array([0.2]), np.array([0.1])
    assert 1 - up - down < up
    table = pd.DataFrame({"p_up": up, "p_flat": 0.4, "p_down": down, "band": band})
    assert [p.tolist() for p in trade_probabilities(table)] == [[0.0], [0.0]]


def test_a_row_is_traded_where_one_side_is_above_the_band():
    """Band .6: .7 up, .5 up, .7 flat, .7 down, and .55 up without a band; flat .4, up .35 without one; and
    .7 flat beside .2 down above a band of .15."""
    up = np.array([0.7, 0.5, 0.1, 0.2, 0.55, 0.35, 0.1])
    down = np.array([0.1, 0.3, 0.2, 0.7, 0.45, 0.25, 0.2])
    band = np.array([0.6, 0.6, 0.6, 0.6, np.nan, np.nan, 0.15])
    traded_up, traded_down = mask_undecided(up, down, band)
    assert traded_up.tolist() == [0.7, 0, 0, 0.2, 0.55, 0.35, 0]
    assert traded_down.tolist() == [0.1, 0, 0, 0.7, 0.45, 0.25, 0]


def test_positions_are_capped_before_they_are_averaged():
    """Long .9, short .8, long .2 by probability, at most .5: .5, -.5, .2; mean of two: .25, 0, -.15."""
    up = np.array([0.95, 0.1, 0.6])
    bars = market(*[(100, 100, 100, 100)] * 3)
    rule = TradingRule(sizing="probability", max_position=0.5, hold=2)
    assert target_position(up, 1 - up, bars, rule).tolist() == pytest.approx([0.25, 0, -0.15])
    at_once = TradingRule(sizing="probability", max_position=0.5)
    assert target_position(up, 1 - up, bars, at_once).tolist() == pytest.approx([0.5, -0.5, 0.2])
