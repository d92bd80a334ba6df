"""Weights of a portfolio from the rows of its symbols, by hand."""

import pandas as pd
import pytest

from signalcli.backtesting.portfolio.grid import make_grid
from signalcli.backtesting.portfolio.targets import target_weights
from signalcli.config.portfolio import PortfolioConfig
from signalcli.config.trading import TradingRule


def weights(p: dict[str, list[float]], kind: str, rule: TradingRule, **columns: object) -> list[list[float]]:
    """Weights of two dates or more; p_up by symbol."""
    parts = [
        pd.DataFrame({"symbol": s, "date": pd.date_range("2024-01-01", periods=len(values)), "p_up": values})
        for s, values in p.items()
    ]
    rows = pd.concat(parts, ignore_index=True).assign(model="tree", **columns)
    return target_weights(rows, make_grid(rows), rule, PortfolioConfig(kind)).tolist()


@pytest.mark.parametrize("kind", ["signal", "top:1"])
def test_a_rule_without_a_number_of_bars_holds_the_newest_decision(kind: str) -> None:
    p = {"A": [0.9, 0.1], "B": [0.1, 0.9]}
    newest = [[0.5, -0.5], [-0.5, 0.5]]
    assert weights(p, kind, TradingRule()) == newest
    assert weights(p, kind, TradingRule(hold=1)) == newest
    assert weights(p, kind, TradingRule(hold=2)) == [[0.25, -0.25], [0, 0]]
