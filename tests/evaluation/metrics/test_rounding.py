"""Returns of unchanged prices are neither gains nor losses, whatever rounding makes of them."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.backtesting.trades import list_trades
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.distribution import expected_shortfall, geometric_return
from signalcli.evaluation.metrics.drawdowns import serenity_index
from signalcli.evaluation.scorecard import scorecard
from signalcli.evaluation.trade_metrics import with_trade_metrics

FREE = TradingRule(cost_bps=0)
UNCHANGED = 60  # bars that open elsewhere and close where the one before closed


def predictions(closes, opens, p_up):
    n = len(closes)
    dates = pd.bdate_range("2024-01-01", periods=n).astype("datetime64[us]")
    top, bottom = np.maximum(opens, closes), np.minimum(opens, closes)
    bars = {"symbol": "AAA", "date": dates, "open": opens, "high": top, "low": bottom, "close": closes}
    forward = np.append(closes[1:] / closes[:-1] - 1, np.nan)
    known = {"forward_return": forward, "direction": pd.array([*(forward[:-1] > 0), None], "Int8")}
    return pd.DataFrame(
        bars | {"volume": 1e6} | known | {"label_end": pd.Series(dates).shift(-1), "model": "m", "fold": 1}
    ).assign(p_up=p_up)


def unchanged_but_for_two():
    """Closes of 100; one bar gains 10 % to 110, the next loses it again, and the rest stays."""
    closes = np.full(UNCHANGED + 3, 100.0)
    closes[30] = 110.0
    opens = closes * (1 + np.random.default_rng(0).uniform(-0.03, 0.03, len(closes)))
    opens[1] = 100.0  # bought here
    return predictions(closes, opens, 0.9)


def test_bars_of_an_unchanged_close_count_as_neither():
    """One gain of 10 % and one loss of 1/11: shares of ½, and a payoff of 1.1."""
    table = scorecard(backtest(unchanged_but_for_two(), FREE), ScorecardConfig(metrics="all"))
    held = table.set_index("model").loc["buy_hold"]
    assert held["hit_rate"] == held["gain_share"] == 0.5
    assert held["average_win"] == pytest.approx(0.1)
    assert held["average_loss"] == pytest.approx(1 / 11)
    assert held["payoff"] == pytest.approx(1.1)
    assert held["expectancy"] == pytest.approx((0.1 - 1 / 11) / 2)
    assert held["gains_in_a_row"] == held["losses_in_a_row"] == 1


def test_months_of_an_unchanged_close_gain_nothing():
    table = scorecard(backtest(unchanged_but_for_two(), FREE), ScorecardConfig(metrics="all"))
    held = table.set_index("model").loc["buy_hold"]
    assert held["gaining_months"] == 0
    assert np.isnan(held[["average_up_month", "average_down_month"]].astype("float64")).all()


def test_a_trade_that_ends_where_it_began_neither_won_nor_lost():
    """Long for one bar in four, from an open of 100 to one of 100, over a night and back."""
    n = 80
    opens = np.full(n, 100.0)
    closes = 100.0 * (1 + np.random.default_rng(1).uniform(-0.03, 0.03, n))
    table = predictions(closes, opens, np.where(np.arange(n) % 4 == 0, 0.9, 0.5))
    trades = list_trades(table, FREE)
    of_model = with_trade_metrics(scorecard(backtest(table, FREE)), trades).set_index("model").loc["m"]
    assert of_model["closed_trades"] == 20
    assert of_model["win_rate"] == of_model["winners_in_a_row"] == of_model["losers_in_a_row"] == 0
    assert np.isnan(of_model["average_winner_bars"])


def test_the_geometric_return_of_ruin_is_the_loss_of_all():
    """Π(1 + r) is 0, so is its root, as the annual return says."""
    assert geometric_return(np.array([0.5, -1.0, 0.0])) == -1.0
    assert np.isnan(geometric_return(np.array([])))


def test_equal_extremes_count_together():
    """Of 21 values the 5 % quantile is the second lowest; three are equal to it but for rounding."""
    net = np.array([-0.4, -0.2, -0.2 * (1 + 1e-15), -0.2 * (1 - 1e-15), *np.linspace(0.0, 0.1, 17)])
    assert expected_shortfall(net) == pytest.approx(1.0 / 4)
    fall = np.array([0.4, 0.2, 0.2 * (1 + 1e-15), 0.2 * (1 - 1e-15), *np.zeros(17)])
    ulcer = np.sqrt((0.4**2 + 3 * 0.2**2) / 21)
    assert serenity_index(net, fall) == pytest.approx(net.sum() / (ulcer * 0.25 / net.std(ddof=1)))
