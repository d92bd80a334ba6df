"""Positions left within the bar: stop-loss and take-profit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.backtest.sizing import Market
from signalcli.config.trading import TradingRule


class Held(NamedTuple):
    """What is held from the open of a bar and at its close, and the price it is left at, (n_bars,)."""

    opened: np.ndarray
    closed: np.ndarray
    price: np.ndarray


def stopped(position: np.ndarray, market: Market, rule: TradingRule) -> Held:
    """Positions decided at each close, filled at the next open, and left where a level is touched.

    The level is measured from the open at which the side was taken. A bar that opens beyond it is left at its
    open; when one bar touches both levels the stop counts, because nobody knows which came first.
    """
    n = len(position)
    opened, closed, price = np.zeros(n), np.zeros(n), market.closes.copy()
    held, entry, barred = 0.0, 0.0, 0.0  # barred: the side that was stopped and not yet given up
    for i in range(1, n):
        aim = float(position[i - 1])
        barred = barred if np.sign(aim) == barred else 0.0
        aim = 0.0 if barred else aim
        if np.sign(aim) != np.sign(held):
            entry = float(market.opens[i])
        left = _left_at(np.sign(aim), entry, market, i, rule) if aim else None
        if left is not None and left == market.opens[i] and np.sign(aim) == np.sign(held):
            barred, aim, left = float(np.sign(aim)), 0.0, None  # it opened beyond the level
        opened[i], held = aim, aim
        if left is not None:
            barred, price[i], held = float(np.sign(aim)), left, 0.0
        closed[i] = held
    return Held(opened, closed, price)


def _left_at(side: float, entry: float, market: Market, i: int, rule: TradingRule) -> float | None:
    """Price at which bar i leaves a position, or None."""
    start = float(market.opens[i])
    worst, best = (market.lows[i], market.highs[i]) if side > 0 else (market.highs[i], market.lows[i])
    if rule.stop_loss is not None:
        level = entry * (1 - side * rule.stop_loss)
        if side * (worst - level) <= 0:
            return start if side * (start - level) <= 0 else level
    if rule.take_profit is not None:
        level = entry * (1 + side * rule.take_profit)
        if side * (best - level) >= 0:
            return start if side * (start - level) >= 0 else level
    return None
