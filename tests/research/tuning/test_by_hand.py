"""Scores, gaps and luck of small searches, worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from signalcli.config.trading import TradingRule
from signalcli.research.tuning.noise import expected_best, null_of_returns, running_best
from signalcli.research.tuning.scores import gap, is_better, net_by_model, values_by_date
from signalcli.research.tuning.verdict import trials_of

DAYS = pd.date_range("2024-01-01", periods=4)


def test_the_gap_is_how_much_worse_the_outer_score_is():
    assert gap(0.6, 0.5, "accuracy") == pytest.approx(0.1)
    assert gap(0.6, 0.7, "log_loss") == pytest.approx(0.1)
    assert gap(0.2, 0.25, "brier") == pytest.approx(0.05)


def test_the_best_so_far_is_taken_within_each_draw():
    """Two draws: .6 and .4 of the first trial, .5 and .7 of the second."""
    null = np.array([[0.6, 0.4], [0.5, 0.7]])
    assert expected_best(null, "accuracy") == pytest.approx([0.5, 0.65])
    assert expected_best(null, "log_loss") == pytest.approx([0.5, 0.45])
    np.testing.assert_array_equal(running_best([math.nan, 0.4, 0.5], "brier"), [math.nan, 0.4, 0.4])


def test_any_score_is_better_than_none_and_an_equal_one_is_not_better():
    assert is_better(0.5, math.nan, "accuracy")
    assert not is_better(math.nan, math.nan, "accuracy")
    assert not is_better(math.nan, 0.5, "log_loss")
    for objective in ("accuracy", "log_loss"):
        assert not is_better(0.5, 0.5, objective)
    assert is_better(0.6, 0.5, "net_sharpe")
    assert is_better(0.5, 0.6, "log_loss")


def test_returns_without_skill_have_no_mean_and_signs_by_block():
    """A block as long as the table turns all or nothing: the mean stays 0, unlike that of short blocks."""
    net = pd.DataFrame({"a": [0.03, -0.01, 0.02, 0.04]}, index=DAYS)
    whole = null_of_returns(net, "net_return", 4)
    assert whole == pytest.approx(np.zeros((1, 64)), abs=1e-15)
    assert np.abs(null_of_returns(net, "net_return", 1)).max() > 0.005
    two = np.unique(np.abs(null_of_returns(net, "net_return", 2)).round(12))
    assert two == pytest.approx([0, 0.01]), "two bars of -.01 and two of .01 on average, turned or not"


def predictions():
    """Two symbols: up 1 % a day, and up 3 %; both models say up, one of them only for the first."""
    parts = []
    for symbol, move in (("A", 0.01), ("B", 0.03)):
        close = 100 * (1 + move) ** np.arange(4)
        prices = {"open": close, "high": close, "low": close, "close": close, "volume": 1.0}
        rows = pd.DataFrame({"symbol": symbol, "date": DAYS, **prices}).assign(fold=1, horizon=1)
        rows = rows.assign(
            forward_return=move,
            direction=pd.array([1] * 4, dtype="Int8"),
            label_end=DAYS + pd.Timedelta("1D"),
        )
        parts += [
            rows.assign(model="m", p_up=0.9),
            rows.assign(model="n", p_up=0.9 if symbol == "A" else 0.5),
        ]
    return pd.concat(parts, ignore_index=True)


def test_a_portfolio_is_the_mean_of_its_symbols_after_costs():
    """Decided at the first close and filled at the next open, it earns from the third bar on."""
    nets = net_by_model(predictions(), TradingRule(cost_bps=0))
    assert set(nets) == {"m", "n"}
    assert nets["m"].tolist() == pytest.approx([0, 0, 0.02, 0.02])
    assert nets["n"].tolist() == pytest.approx([0, 0, 0.005, 0.005])
    costly = net_by_model(predictions(), TradingRule(cost_bps=10))["m"]
    assert costly.tolist() == pytest.approx([0, -0.001, 0.02, 0.02])


def test_values_of_a_sharpe_ratio_are_returns_by_their_deviation():
    values = values_by_date(predictions(), "net_sharpe", TradingRule(cost_bps=0))
    deviation = np.std([0, 0, 0.02, 0.02], ddof=1)
    assert values["m"].tolist() == pytest.approx([0, 0, 0.02 / deviation, 0.02 / deviation])
    plain = values_by_date(predictions(), "net_return", TradingRule(cost_bps=0))
    assert plain["m"].tolist() == pytest.approx([0, 0, 0.02, 0.02])


def test_trials_have_the_sample_variance_of_their_sharpe_ratios():
    """Means .5 and 1.5 by deviations of √(1/3) · 1: .866 and 2.598 apart by √3."""
    net = pd.DataFrame({"a": [0.0, 1, 0, 1], "b": [1.0, 2, 1, 2]}, index=DAYS)
    trials = trials_of(net)
    assert trials.number == 2
    assert trials.variance == pytest.approx(3 / 2)
