"""A portfolio by hand: a symbol keeps its weight on a day without a bar, and earns nothing."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.portfolio import pool
from signalcli.evaluation.metrics.record import records_of_returns
from signalcli.evaluation.scorecard import scorecard
from signalcli.schemas import PREDICTIONS, check


def predictions(symbol, dates, closes, p_up=0.9):
    """PREDICTIONS of one model on bars that open at the close before."""
    closes = np.array(closes, dtype="float64")
    opens = np.concatenate([closes[:1], closes[:-1]])
    prices = {
        "open": opens,
        "high": np.maximum(opens, closes),
        "low": np.minimum(opens, closes),
        "close": closes,
    }
    table = pd.DataFrame({"symbol": symbol, "date": pd.DatetimeIndex(dates), **prices}).assign(volume=1e6)
    move = table["close"].shift(-1) / table["close"] - 1
    label = (move > 0).astype("Int8").where(move.notna())
    named = table.assign(forward_return=move, direction=label, label_end=table["date"].shift(-1))
    return named.assign(model="m", fold=1, p_up=p_up)


def pooled(*tables):
    table = check(pd.concat(tables, ignore_index=True), PREDICTIONS, "test")
    returns = backtest(table, TradingRule(cost_bps=0))
    parts = [record for name, record in records_of_returns(returns) if name["model"] == "m"]
    return pool(parts), returns


WEEK = pd.date_range("2024-01-03", "2024-01-09")  # Wednesday to Tuesday
STOCK = predictions("A", WEEK[WEEK.day_of_week < 5], [100, 110, 99, 99, 108.9])
COIN = predictions("B", WEEK, [100, 100, 110, 121, 108.9, 108.9, 119.79])


def test_a_symbol_without_a_bar_keeps_its_weight_and_its_position_and_earns_nothing():
    found, _ = pooled(STOCK, COIN)
    a, b = [0, 0.1, -0.1, 0, 0, 0, 0.1], [0, 0, 0.1, 0.1, -0.1, 0, 0.1]
    assert found.net.tolist() == pytest.approx(np.mean([a, b], axis=0))
    assert found.market()[1:].tolist() == pytest.approx(np.mean([a, b], axis=0)[1:])
    assert found.turnover.tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert found.position.tolist() == [1] * 7
    assert found.per_year == 365


def test_a_weekend_at_either_end_is_no_end_of_the_symbol():
    friday = predictions("A", WEEK[:3], [100, 110, 99])  # Wednesday to Friday
    sunday = predictions("B", WEEK[:5], [100, 100, 110, 121, 108.9])
    early = predictions("A", pd.DatetimeIndex(["2023-12-29", *WEEK[:3]]), [100, 100, 110, 99])
    found, _ = pooled(early, sunday)
    assert found.net[-2:].tolist() == pytest.approx([0.05, -0.05]), "its pauses are as long as this one"
    delisted, _ = pooled(friday, sunday)
    assert delisted.net[-2:].tolist() == pytest.approx([0.1, -0.1]), "it never paused: it has ended"


def test_a_symbol_that_is_listed_later_has_no_weight_before():
    later = predictions("A", WEEK[4:], [100, 110, 121])
    found, _ = pooled(later, COIN)
    coin = [0, 0, 0.1, 0.1, -0.1, 0, 0.1]
    assert found.net.tolist() == pytest.approx([*coin[:4], -0.05, 0.05, 0.1])


def test_the_volatility_of_a_stock_and_a_coin_equals_that_of_a_grid_filled_with_zeros():
    rng = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=700)
    weekdays = days[days.day_of_week < 5]
    tables = [
        predictions(
            name, index, 100 * np.cumprod(1 + rng.normal(0, 0.02, len(index))), rng.random(len(index))
        )
        for name, index in (("A", weekdays), ("B", days))
    ]
    _, returns = pooled(*tables)
    card = scorecard(returns, ScorecardConfig(portfolio=True)).set_index(["symbol", "model"])
    grid = returns[returns["model"] == "m"].pivot(index="date", columns="symbol", values="net_return")
    expected = grid.fillna(0).mean(axis=1).std() * 365**0.5
    assert card.loc[("PORTFOLIO", "m"), "annual_volatility"] == pytest.approx(expected)
    assert expected < 0.9 * grid.mean(axis=1).std() * 365**0.5
