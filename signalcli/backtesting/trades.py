"""PREDICTIONS × trading rule → TRADES: one row for each time a side was entered and left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.fills import Fills, fill_positions
from signalcli.backtesting.groups import group_rows
from signalcli.backtesting.market import Market, make_market, market_columns
from signalcli.backtesting.simulate import backtest
from signalcli.config.trading import TradingRule
from signalcli.schemas import group_columns

COLUMNS = (
    "symbol", "model", "side", "entry_date", "entry_price", "exit_date", "exit_price", "exit", "bars",
    "gross_return", "cost", "net_return",
)  # fmt: skip


def list_trades(predictions: pd.DataFrame, rule: TradingRule | None = None) -> pd.DataFrame:
    """TRADES in the columns `COLUMNS` (and ``path``), by symbol, model and entry.

    A trade begins when a side is entered and ends when it is left: by a ``signal``, or within a bar by a
    ``stop`` (or take-profit). A trade that is still ``open`` has no exit date. Changes of size belong to the
    trade. Returns are fractions of the equity at entry; cost is the sum of the fractions paid.
    """
    rule = rule or TradingRule()
    returns = backtest(predictions, rule)
    keys = group_columns(returns)
    order, borders, names = group_rows(returns, keys)
    columns = {name: values[order] for name, values in market_columns(returns).items()}
    position, cost = (returns[name].to_numpy()[order] for name in ("position", "cost"))
    rows = [
        dict(zip(keys, name, strict=True)) | trade
        for name, part in zip(names, (slice(*ends) for ends in pairwise(borders)), strict=True)
        for trade in _trades_of_group(make_market(columns, part), position[part], cost[part], rule)
    ]
    return pd.DataFrame(rows, columns=[*keys, *(c for c in COLUMNS if c not in keys)])


def _trades_of_group(
    market: Market, position: np.ndarray, cost: np.ndarray, rule: TradingRule
) -> Iterator[dict[str, Any]]:
    """Trades of one group, bar after bar: overnight return, trade at the fill price, return after it."""
    fills = fill_positions(market.opens, market.closes, position, rule, market)
    trade: _Trade | None = None
    for i, date in enumerate(market.dates):
        side, exit_cost = np.sign(fills.opened[i]), cost[i] * _exit_share(fills, i)
        if trade is not None:
            trade.add_return(fills.before[i])
            trade.pay(exit_cost)
            if side != trade.side:
                yield trade.close("signal", date, fills.price[i])
                trade = None
        if side:
            trade = trade or _Trade(float(side), date, fills.price[i])
            trade.pay(cost[i] - exit_cost)
            trade.add_return(fills.after[i])
            trade.bars += 1
            if fills.closed[i] == 0:
                yield trade.close("stop", date, fills.last[i])
                trade = None
    if trade is not None:
        yield trade.close("open", np.datetime64("NaT"), np.nan)


def _exit_share(fills: Fills, i: int) -> float:
    """Share of the cost of a bar that belongs to the trade that ends."""
    old, new = fills.overnight[i], fills.opened[i]
    if np.sign(old) == np.sign(new):
        return 0.0
    return float(abs(old) / fills.turnover[i]) if fills.turnover[i] else 0.0


class _Trade:
    """A trade that is still open."""

    def __init__(self, side: float, date: np.datetime64, price: float) -> None:
        self.side, self.date, self.price = side, date, float(price)
        self.gross = self.after_costs = 1.0
        self.cost, self.bars = 0.0, 0

    def add_return(self, earned: float) -> None:
        self.gross *= max(1.0 + earned, 0.0)

    def pay(self, cost: float) -> None:
        self.cost += cost
        self.after_costs *= 1.0 - cost

    def close(self, reason: str, date: np.datetime64, price: float) -> dict[str, Any]:
        """Row of TRADES without symbol and model."""
        side = "long" if self.side > 0 else "short"
        values = (side, self.date, self.price, date, float(price), reason, self.bars)
        earned = (self.gross - 1.0, self.cost, self.gross * self.after_costs - 1.0)
        return dict(zip(COLUMNS[2:], (*values, *earned), strict=True))
