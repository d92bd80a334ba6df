"""Which side is taken and how large: the likelier side, the horizon as holding time, volatility in bars."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_bars import random_bars
from signalcli.backtesting.market import annualized_volatility, make_market, market_columns
from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.sizing import direction_of_trade, with_hold
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.evaluate import evaluate
from signalcli.evaluation.scorecard import scorecard
from signalcli.features import FeatureConfig, build
from signalcli.schemas import RETURNS
from signalcli.training.walk_forward import walk_forward


def predictions(horizon=1, **config):
    table = build(random_bars(200), FeatureConfig(window=9, horizon=horizon, sets=("lags",), **config))
    return walk_forward(table, FitConfig(models=("logistic",)), FoldConfig(folds=2))


def side(p_up, p_down, **rule):
    return direction_of_trade(np.array([p_up]), np.array([p_down]), TradingRule(**rule))[0]


@pytest.mark.parametrize(
    ("p_up", "p_down", "rule", "want"),
    [
        (0.40, 0.25, {}, 1),  # up .40, flat .35, down .25: nothing reaches .5
        (0.20, 0.30, {}, -1),
        (0.20, 0.30, {"long_only": True}, 0),
        (0.30, 0.30, {}, 0),
        (0.40, 0.25, {"threshold": 0.6}, 1),  # .40 / .65 = .615
        (0.40, 0.25, {"threshold": 0.62}, 0),
        (0.00, 0.00, {}, 0),  # undecided
        (0.51, 0.49, {}, 1),
        (0.50, 0.50, {}, 0),
    ],
)
def test_the_likelier_side_is_taken(p_up, p_down, rule, want):
    assert side(p_up, p_down, **rule) == want


@given(p=st.floats(0, 1), threshold=st.floats(0.01, 0.99))
def test_two_classes_are_decided_by_the_threshold_itself(p, threshold):
    down = 1.0 - p
    want = float(p > threshold and p > down) - float(down > threshold and down > p)
    assert side(p, down, threshold=threshold) == want


@pytest.mark.parametrize("horizon", [1, 5])
def test_a_decision_is_held_for_the_horizon_unless_said_otherwise(horizon):
    table = predictions(horizon)
    said = backtest(table, TradingRule(hold=horizon))
    pd.testing.assert_frame_equal(backtest(table), said, check_exact=True)
    rows = said[said["model"] == "logistic"]
    decided = np.sign(rows["p_up"] - 0.5)
    np.testing.assert_allclose(rows["position"], decided.rolling(horizon, min_periods=1).sum() / horizon)


def test_one_bar_can_still_be_asked_for():
    table = predictions(5)
    rows = backtest(table, TradingRule(hold=1)).query("model == 'logistic'")
    assert set(rows["position"]) <= {-1.0, 1.0}
    assert with_hold(TradingRule(hold=2), table).hold == 2
    assert with_hold(TradingRule(), table.drop(columns="horizon")).hold == 5


def test_metrics_hold_as_the_backtest_does():
    table, card = predictions(5), ScorecardConfig(metrics="all")
    kept = backtest(table)
    assert "horizon" in RETURNS.optional
    pd.testing.assert_frame_equal(evaluate(table, None, card), scorecard(kept, card), check_exact=True)


def volatility(dates, bars=20):
    rows = random_bars(len(dates)).assign(date=dates.astype("datetime64[us]"))
    market = make_market(market_columns(rows), slice(None))
    returns = rows["close"].pct_change()
    return annualized_volatility(market, bars), np.sqrt((returns**2).rolling(bars).mean()).to_numpy()


def test_volatility_is_annualized_by_bars():
    found, per_bar = volatility(pd.bdate_range("2020-01-01", periods=150))
    np.testing.assert_allclose(found[20:], per_bar[20:] * np.sqrt(252), rtol=1e-12)
    assert np.isnan(found[:20]).all()


def test_a_night_does_not_lower_the_volatility():
    """Hourly bars of seven hours a day: the hours of the night are no bars."""
    days = pd.bdate_range("2020-01-01", periods=60)
    hours = pd.DatetimeIndex([day + pd.Timedelta(hours=14 + k) for day in days for k in range(7)])
    found, per_bar = volatility(hours)
    np.testing.assert_allclose(found[83:] / per_bar[83:], np.sqrt(7 * 252), rtol=1e-9)


def test_a_hole_of_years_does_not_lower_the_volatility():
    early = pd.bdate_range("2010-01-01", periods=60)
    found, per_bar = volatility(early.append(pd.bdate_range("2020-01-01", periods=60)))
    np.testing.assert_allclose(found[20:] / per_bar[20:], np.sqrt(252), rtol=1e-9)


def test_later_dates_do_not_move_the_volatility():
    """A symbol that trades on weekdays first and on every day later: 252 bars a year, then 365."""
    early = pd.bdate_range("2020-01-01", periods=60)
    dates = early.append(pd.date_range(early[-1] + pd.Timedelta(days=1), periods=300))
    whole, per_bar = volatility(dates)
    for end in (21, 42, 60, 83, 149, 300):
        part, _ = volatility(dates[:end])
        np.testing.assert_array_equal(part, whole[:end])
    np.testing.assert_allclose((whole / per_bar)[[40, 359]] ** 2, [252, 365])
