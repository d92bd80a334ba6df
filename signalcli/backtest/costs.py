"""What the trades of each bar cost, as fractions of equity."""

from __future__ import annotations

import numpy as np

from signalcli.backtest.sizing import Market, returns, trailing
from signalcli.config.trading import TradingRule

DAY = np.timedelta64(1, "D")


def proportional(
    turnover: np.ndarray, held: np.ndarray, price: np.ndarray, market: Market | None, rule: TradingRule
) -> np.ndarray:
    """Costs that do not depend on the money there is: commission, half-spread, slippage, borrowing.

    turnover, held (overnight), price (of the trade) : (n_bars,)
    """
    paid = turnover * rule.cost_bps / 1e4
    if rule.slippage_bps:
        paid = paid + turnover * rule.slippage_bps / 1e4
    if market is not None and market.half_spread is not None:
        paid = paid + turnover * market.half_spread / price
    elif rule.half_spread_bps:
        paid = paid + turnover * rule.half_spread_bps / 1e4
    if rule.borrow_bps and market is not None:
        days = np.diff(market.dates, prepend=market.dates[:1]) / DAY
        paid = paid + np.maximum(-held, 0.0) * days / 365 * rule.borrow_bps / 1e4
    return paid


def in_money(
    turnover: np.ndarray,
    before: np.ndarray,
    gross: np.ndarray,
    paid: np.ndarray,
    price: np.ndarray,
    market: Market,
    rule: TradingRule,
) -> np.ndarray:
    """All costs, bar after bar, where they depend on the money that is left when the trade is made.

    The orders of one bar count as one.
    """
    volume, spread = _known_before(market, rule)
    start, total = rule.capital, paid.copy()
    for i in range(len(turnover)):
        money = start * max(1.0 + before[i], 0.0)
        traded = turnover[i] * money
        if traded > 0:
            fee = max(rule.per_share * traded / price[i], rule.min_commission)
            share = np.sqrt(traded / price[i] / volume[i]) if volume[i] > 0 else 0.0
            total[i] += fee / money + rule.impact * spread[i] * share * turnover[i]
        start *= gross[i] * (1.0 - min(total[i], 1.0))
    return total


def _known_before(market: Market, rule: TradingRule) -> tuple[np.ndarray, np.ndarray]:
    """Mean volume and spread of the returns of the bars before each bar; 0 while they are not known."""
    volume = trailing(market.volumes, rule.lookback)
    spread = np.sqrt(trailing(returns(market.closes) ** 2, rule.lookback))
    late = (np.concatenate([[np.nan], x[:-1]]) for x in (volume, spread))
    known = [np.nan_to_num(x) for x in late]
    return known[0], known[1]
