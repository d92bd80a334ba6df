"""Positions of one symbol → fills: what is traded in each bar, at which price, and what it earns."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from signalcli.backtesting.market import Market
from signalcli.backtesting.stops import apply_stops
from signalcli.config.trading import TradingRule

ROUNDING = 1e-12  # relative to the positions; a smaller change is none
ONE_GROUP = np.zeros(1, dtype="int64")


class Fills(NamedTuple):
    """Fills of each bar, each (n_bars,).

    orders : traded share of equity, of the order at the fill, and of one that leaves within the bar.
    before, after : return of the position before and after the trade within the bar.
    overnight, opened, closed : position up to the trade, after the trade, and at the close.
    price, last : price of the trade; close, or the price at which a stop left the position.
    decided : position decided at the close; 0 while a stop does not let its side in again.
    """

    orders: tuple[np.ndarray, ...]
    before: np.ndarray
    after: np.ndarray
    overnight: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    price: np.ndarray
    last: np.ndarray
    decided: np.ndarray

    @property
    def turnover(self) -> np.ndarray:
        """Traded share of equity of all orders of each bar."""
        return functools.reduce(np.add, self.orders)


def fill_positions(
    opens: np.ndarray,
    closes: np.ndarray,
    position: np.ndarray,
    rule: TradingRule,
    market: Market | None,
    starts: np.ndarray = ONE_GROUP,
) -> Fills:
    """Fills of the positions of one symbol, or of several groups; parameters as in `account`."""
    if rule.stops and market is not None:
        return _fill_with_stops(market, position, rule)
    fill = _fill_at_next_open if rule.fill == "next_open" else _fill_at_close
    fills = fill(opens, closes, position, starts)
    closing = None if market is None else market.closing
    return fills if closing is None else _close_at_end(fills, closing, starts)


def _close_at_end(fills: Fills, closing: np.ndarray, starts: np.ndarray) -> Fills:
    """Sell at the close of ``closing`` bars, at which position 0 is decided, and hold nothing overnight."""
    sold = lagged(closing, starts, initial=False)
    entered = np.where(sold, np.abs(fills.opened), fills.turnover)
    return fills._replace(
        orders=(entered, np.where(closing, np.abs(fills.opened), 0.0)),
        before=np.where(sold, 0.0, fills.before),
        overnight=np.where(sold, 0.0, fills.overnight),
        closed=np.where(closing, 0.0, fills.closed),
    )


def _fill_at_next_open(
    opens: np.ndarray, closes: np.ndarray, position: np.ndarray, starts: np.ndarray
) -> Fills:
    """The old position is held overnight, the new one from the open."""
    new = lagged(position, starts)
    old = lagged(new, starts)
    night = opens / lagged(closes, starts, opens[starts]) - 1.0
    after = new * (closes / opens - 1.0)
    return Fills((_order(old, new),), old * night, after, old, new, new, opens, closes, position)


def _fill_at_close(
    opens: np.ndarray,  # noqa: ARG001
    closes: np.ndarray,
    position: np.ndarray,
    starts: np.ndarray,
) -> Fills:
    """The old position is held over the bar, the new one from its close."""
    old = lagged(position, starts)
    bar = closes / lagged(closes, starts, closes[starts]) - 1.0
    after = np.zeros(len(closes))
    orders = (_order(old, position),)
    return Fills(orders, old * bar, after, old, position, position, closes, closes, position)


def _fill_with_stops(market: Market, position: np.ndarray, rule: TradingRule) -> Fills:
    """As at the next open; a position left by a stop within the bar is a second trade."""
    opened, closed, last, decided = apply_stops(position, market, rule)
    old = lagged(closed, ONE_GROUP)
    night = market.opens / lagged(market.closes, ONE_GROUP, market.opens[:1]) - 1.0
    orders = (_order(old, opened), _order(opened, closed))
    after = opened * (last / market.opens - 1.0)
    return Fills(orders, old * night, after, old, opened, closed, market.opens, last, decided)


def _order(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Turnover from one position to another; a change of rounding, as of a mean of positions, is no order."""
    size = np.abs(new - old)
    return np.where(size > ROUNDING * (np.abs(old) + np.abs(new)), size, 0.0)


def lagged(x: np.ndarray, starts: np.ndarray, initial: np.ndarray | float = 0.0) -> np.ndarray:
    """Value of the previous bar; ``initial`` at the first bar of each group."""
    out = np.empty_like(x)
    out[1:] = x[:-1]
    out[starts] = initial
    return out
