"""Positions left within the bar: stop-loss and take-profit."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from signalcli.backtesting.market import Market
from signalcli.config.trading import TradingRule

ROUNDING = 1e-12  # relative to the level; a price this close to it has touched it


class StoppedPositions(NamedTuple):
    """Positions of each bar, (n_bars,).

    opened, closed : position from the open, and at the close. price : price at which it was left.
    decided : position decided at the close, 0 while its side may not be entered again.
    """

    opened: np.ndarray
    closed: np.ndarray
    price: np.ndarray
    decided: np.ndarray


def apply_stops(position: np.ndarray, market: Market, rule: TradingRule) -> StoppedPositions:
    """Positions decided at each close, filled at the next open, and left where a level is touched.

    Levels are measured from the open at which the side was entered. A position is left at the open when the
    bar opens beyond the level. If one bar touches both levels, the stop-loss counts, because the order is
    unknown. A side that was stopped is not entered again before the signal has changed. Open and close are
    in the range of a bar whatever its high and low say, which may be unknown.
    """
    market = replace(
        market,
        highs=np.fmax(market.highs, np.fmax(market.opens, market.closes)),
        lows=np.fmin(market.lows, np.fmin(market.opens, market.closes)),
    )
    n = len(position)
    opened, closed, price, decided = np.zeros(n), np.zeros(n), market.closes.copy(), position.copy()
    current, entry, blocked_side = 0.0, 0.0, 0.0
    for i in range(1, n):
        target = float(position[i - 1])
        blocked_side = blocked_side if np.sign(target) == blocked_side else 0.0
        target = 0.0 if blocked_side else target
        if np.sign(target) != np.sign(current):
            entry = float(market.opens[i])
        exit_price = _exit_price(np.sign(target), entry, market, i, rule) if target else None
        if exit_price is not None and exit_price == market.opens[i] and np.sign(target) == np.sign(current):
            blocked_side, target, exit_price = float(np.sign(target)), 0.0, None  # opened beyond the level
        opened[i], current = target, target
        if exit_price is not None:
            blocked_side, price[i], current = float(np.sign(target)), exit_price, 0.0
        if market.closing is not None and market.closing[i]:
            current = 0.0  # at the close, unless a stop has left it before
        closed[i] = current
        if blocked_side and np.sign(position[i]) == blocked_side:
            decided[i] = 0.0
    return StoppedPositions(opened, closed, price, decided)


def _exit_price(side: float, entry: float, market: Market, i: int, rule: TradingRule) -> float | None:
    """Price at which a position is left in bar i; None if no level is touched."""
    start = float(market.opens[i])
    worst, best = (market.lows[i], market.highs[i]) if side > 0 else (market.highs[i], market.lows[i])
    if rule.stop_loss is not None:
        level = entry * (1 - side * rule.stop_loss)
        if _reached(level, worst, -side):
            return start if _reached(level, start, -side) else level
    if rule.take_profit is not None:
        level = entry * (1 + side * rule.take_profit)
        if _reached(level, best, side):
            return start if _reached(level, start, side) else level
    return None


def _reached(level: float, price: float, side: float) -> bool:
    """Whether a price is at the level, or beyond it on this side."""
    return bool(side * (price - level) >= -ROUNDING * level)
