"""Tables of a portfolio: their rows, and their place among the returns of single symbols."""

import numpy as np
import pandas as pd
import pytest

from signalcli.backtesting.portfolio.simulate import append_returns, backtest_portfolio, closed_lines
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule
from still_predictions import still_predictions

FLAT = {"hold": 1, "cost_bps": 0.0}


def predictions(*cells: tuple[str, str, float], **columns: object) -> pd.DataFrame:
    """Rows of symbol, day of January 2024 and p_up, in the order that is given; the price is 10."""
    rows = [(s, pd.Timestamp(f"2024-01-{day}"), p) for s, day, p in cells]
    return still_predictions(pd.DataFrame(rows, columns=["symbol", "date", "p_up"]), **columns)


def test_models_and_dates_are_numbered_from_one_end_to_the_other() -> None:
    """Of two models, rows in no order: those of each model by date and symbol, under one index."""
    table = predictions(("B", "02", 0.9), ("A", "02", 0.1), ("B", "01", 0.1), ("A", "01", 0.9))
    both = pd.concat([table, table.assign(model="bush", p_up=0.9)])
    found = backtest_portfolio(both, PortfolioConfig("equal"), TradingRule(**FLAT))
    assert found.returns.index.tolist() == [0, 1, 2, 3]
    assert found.returns["model"].tolist() == ["bush", "bush", "tree", "tree"]
    assert found.returns["date"].dt.day.tolist() == [1, 2, 1, 2]
    assert found.holdings.index.tolist() == list(range(8))
    assert list(found.holdings) == ["model", "date", "symbol", "weight"]
    held = found.holdings.iloc[4:]
    assert held["symbol"].tolist() == ["A", "B", "A", "B"]
    assert held["weight"].tolist() == [0.5, -0.5, -0.5, 0.5]


def test_costs_are_those_of_the_newest_spread_of_each_symbol() -> None:
    """Half-spreads of .1 and .3 at a price of 10, half of the capital in each; C has none yet: 50 bps.

    The second cell of B is empty. Without its second bar, it is bought on the third date.
    """
    cells = [(symbol, f"{day:02d}", 0.9) for symbol in "ABC" for day in (1, 2, 3)]
    nan, rule = np.nan, TradingRule(half_spread_bps=50, **FLAT)
    table = predictions(*cells, half_spread=[0.9, 0.1, 0.2, 0.3, nan, 0.6, nan, nan, 9.0])
    found = backtest_portfolio(table, PortfolioConfig("equal"), rule).returns
    assert found["cost"].tolist() == pytest.approx([0, (0.01 + 0.03 + 0.005) / 3, 0])
    late = table[(table["symbol"] != "B") | (table["date"].dt.day != 2)]
    found = backtest_portfolio(late, PortfolioConfig("equal"), rule).returns
    assert found["cost"].tolist() == pytest.approx([0, (0.01 + 0.005) / 3, 0.06 / 3])


def test_symbols_that_were_closed_are_named_in_order() -> None:
    closed = {name: pd.Timestamp(f"2024-01-0{k}") for k, name in enumerate("FBDACE", start=1)}
    (line,) = closed_lines(closed)
    assert line == (
        "positions in 6 symbols are closed at their last close: A 2024-01-04, B 2024-01-02, C 2024-01-05, "
        "D 2024-01-03, E 2024-01-06 and 1 more"
    )
    assert closed_lines({}) == []


def test_returns_of_the_portfolio_follow_those_of_the_symbols() -> None:
    """Two symbols on the same dates: one row a date, with the fold and the horizon of these."""
    days = pd.to_datetime(["2024-01-01", "2024-01-02"] * 2)
    returns = pd.DataFrame({"symbol": ["A", "A", "B", "B"], "date": days, "model": "tree", "close": 10.0})
    returns = returns.assign(
        fold=[1, 2, 1, 2], horizon=3, direction=pd.array([1, 0, 1, 0], "Int8"), net_return=0.5
    )
    shared = pd.DataFrame({"date": days[:2], "model": "tree", "net_return": [0.1, 0.2], "unasked": 1.0})
    found = append_returns(returns, shared)
    pd.testing.assert_frame_equal(found.iloc[:4], returns)
    assert found.index.tolist() == list(range(6))
    assert found.dtypes.to_dict() == returns.dtypes.to_dict()
    added = found.iloc[4:]
    assert added[["symbol", "fold", "horizon", "net_return"]].to_numpy().tolist() == [
        ["PORTFOLIO", 1, 3, 0.1],
        ["PORTFOLIO", 2, 3, 0.2],
    ]
    assert added[["close", "direction"]].isna().all(axis=None)


def test_each_path_has_its_own_rows_among_the_returns() -> None:
    days = pd.to_datetime(["2024-01-01"] * 2)
    returns = pd.DataFrame({"symbol": "A", "date": days, "model": "tree", "path": [1, 2], "fold": [1, 3]})
    found = append_returns(returns, pd.DataFrame({"date": days, "model": "tree", "path": [2, 1]}))
    assert found[["symbol", "path", "fold"]].iloc[2:].to_numpy().tolist() == [
        ["PORTFOLIO", 2, 3],
        ["PORTFOLIO", 1, 1],
    ]
