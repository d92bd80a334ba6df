"""PREDICTIONS × trading rule → TRADES: one row for each time a side was entered and left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.fills import Fills, fill_positions
from signalcli.backtesting.groups import group_rows
from signalcli.backtesting.held import rule_of
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

    A trade begins when a side is entered and ends when it is left: by a ``signal``, within a bar by a
    ``stop`` (or take-profit), at the ``end`` of its symbol or of its time in the universe, or by ``ruin``,
    when all equity is lost; nothing is traded after it. A trade
    that is still ``open`` has no exit date. Changes of size belong to the trade. Returns are fractions of the
    equity at entry; cost is the sum of the fractions paid.
    """
    rule = rule or TradingRule()
    returns = backtest(predictions, rule)
    keys = group_columns(returns)
    order, borders, names = group_rows(returns, keys)
    columns = {name: values[order] for name, values in market_columns(returns).items()}
    booked = [returns[name].to_numpy()[order] for name in _Booked._fields]
    rows = [
        dict(zip(keys, name, strict=True)) | trade
        for name, part in zip(names, (slice(*ends) for ends in pairwise(borders)), strict=True)
        for own in [_Booked(*(values[part] for values in booked))]
        for trade in _trades_of_group(make_market(columns, part), own, rule_of(name[1], rule))
    ]
    return pd.DataFrame(rows, columns=[*keys, *(c for c in COLUMNS if c not in keys)])


class _Booked(NamedTuple):
    """Columns of RETURNS that belong to one group, each (n_bars,)."""

    position: np.ndarray
    cost: np.ndarray
    equity: np.ndarray


def _trades_of_group(market: Market, booked: _Booked, rule: TradingRule) -> Iterator[dict[str, Any]]:
    """Trades of one group, bar after bar: overnight return, trade at the fill price, return after it."""
    fills = fill_positions(market.opens, market.closes, booked.position, rule, market)
    exit_costs = booked.cost * _exit_shares(fills)
    trade: _Trade | None = None
    for i, date in enumerate(market.dates):
        exit_cost = exit_costs[i]
        if trade is not None:
            trade.add_return(fills.before[i])
            trade.pay(exit_cost)
            if reason := _exit_at_fill(trade, np.sign(fills.opened[i])):
                yield trade.close(reason, date, fills.price[i])
                trade = None
        if fills.opened[i] and fills.before[i] > -1:  # nothing is left to trade after a night of ruin
            trade = trade or _Trade(float(np.sign(fills.opened[i])), date, fills.price[i])
            trade.pay(booked.cost[i] - exit_cost)
            trade.add_return(fills.after[i])
            trade.bars += 1
            if reason := _exit_after_fill(fills, booked, market, i):
                yield trade.close(reason, date, fills.last[i])
                trade = None
    if trade is not None:
        yield trade.close("open", np.datetime64("NaT"), np.nan)


def _exit_at_fill(trade: _Trade, side: float) -> str:
    """Why a trade ends at the open, before the position of ``side`` is entered; empty if it goes on."""
    if trade.gross == 0:
        return "ruin"
    return "signal" if side != trade.side else ""


def _exit_after_fill(fills: Fills, booked: _Booked, market: Market, i: int) -> str:
    """Why a trade ends within bar i; empty if it goes on."""
    if booked.equity[i] == 0:
        return "ruin"
    if market.closing is not None and market.closing[i] and fills.last[i] == market.closes[i]:
        return "end"
    return "stop" if fills.closed[i] == 0 else ""


def _exit_shares(fills: Fills) -> np.ndarray:
    """Share of the cost of each bar that belongs to the trade that ends at its fill, (n_bars,)."""
    left, turnover = np.sign(fills.overnight) != np.sign(fills.opened), fills.turnover
    share = np.abs(fills.overnight) / np.where(turnover > 0, turnover, 1.0)
    return np.where(left & (turnover > 0), share, 0.0)


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
