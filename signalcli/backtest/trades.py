"""PREDICTIONS × trading rule → TRADES: one row for each time that a side was taken and left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.backtest.account import Booked, book, columns_of, market_of
from signalcli.backtest.groups import runs
from signalcli.backtest.simulate import backtest
from signalcli.backtest.sizing import Market
from signalcli.config.trading import TradingRule
from signalcli.schemas import run_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "symbol", "model", "side", "entry_date", "entry_price", "exit_date", "exit_price", "exit", "bars",
    "gross_return", "cost", "net_return",
)  # fmt: skip


def trades(predictions: pd.DataFrame, rule: TradingRule | None = None) -> pd.DataFrame:
    """TRADES in the columns `COLUMNS` (and ``path``), by symbol, model and entry.

    A trade begins when a side is taken and ends when it is left, by a ``signal`` or within a bar by a
    ``stop`` (or a take-profit); one that is still ``open`` has no exit. Changes of size are part of it.
    Returns are fractions of the equity at its entry, cost the sum of the fractions paid.
    """
    import pandas as pd

    rule = rule or TradingRule()
    booked = backtest(predictions, rule)
    keys = run_of(booked)
    order, borders, names = runs(booked, keys)
    columns = {name: values[order] for name, values in columns_of(booked).items()}
    decided, cost = (booked[name].to_numpy()[order] for name in ("position", "cost"))
    rows = [
        dict(zip(keys, named, strict=True)) | trade
        for named, (first, behind) in zip(names, pairwise(borders), strict=True)
        for trade in _of_run(
            market_of(columns, slice(first, behind)), decided[first:behind], cost[first:behind], rule
        )
    ]
    order_of_columns = [*keys, *(c for c in COLUMNS if c not in keys)]
    return pd.DataFrame(rows, columns=order_of_columns)


def _of_run(
    market: Market, decided: np.ndarray, cost: np.ndarray, rule: TradingRule
) -> Iterator[dict[str, Any]]:
    """The trades of one run, bar after bar: the night, the trade at the price of the fill, the day."""
    fills = book(market.opens, market.closes, decided, rule, market)
    trade: _Trade | None = None
    for i, date in enumerate(market.dates):
        side, closing = np.sign(fills.opened[i]), cost[i] * _share(fills, i)
        if trade is not None:
            trade.grow(fills.before[i])
            trade.pay(closing)
            if side != trade.side:
                yield trade.left("signal", date, fills.price[i])
                trade = None
        if side:
            trade = trade or _Trade(float(side), date, fills.price[i])
            trade.pay(cost[i] - closing)
            trade.grow(fills.after[i])
            trade.bars += 1
            if fills.closed[i] == 0:
                yield trade.left("stop", date, fills.last[i])
                trade = None
    if trade is not None:
        yield trade.left("open", np.datetime64("NaT"), np.nan)


def _share(fills: Booked, i: int) -> float:
    """Part of the cost of a bar that left the old side."""
    old, new = fills.overnight[i], fills.opened[i]
    if np.sign(old) == np.sign(new):
        return 0.0
    return float(abs(old) / fills.turnover[i]) if fills.turnover[i] else 0.0


class _Trade:
    """One trade while it is growing."""

    def __init__(self, side: float, date: np.datetime64, price: float) -> None:
        self.side, self.date, self.price = side, date, float(price)
        self.gross = self.kept = 1.0
        self.cost, self.bars = 0.0, 0

    def grow(self, earned: float) -> None:
        self.gross *= max(1.0 + earned, 0.0)

    def pay(self, cost: float) -> None:
        self.cost += cost
        self.kept *= 1.0 - cost

    def left(self, why: str, date: np.datetime64, price: float) -> dict[str, Any]:
        values = (
            "long" if self.side > 0 else "short",
            self.date,
            self.price,
            date,
            float(price),
            why,
            self.bars,
        )
        earned = (self.gross - 1.0, self.cost, self.gross * self.kept - 1.0)
        return dict(zip(COLUMNS[2:], (*values, *earned), strict=True))
