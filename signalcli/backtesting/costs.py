"""Trading costs of each bar, as fractions of equity."""

from __future__ import annotations

import numpy as np

from signalcli.backtesting.market import Market, close_to_close_returns, trailing_mean_of_known
from signalcli.config.trading import TradingRule

DAY = np.timedelta64(1, "D")
WHOLE_VOLUME = 1.0  # √ of the share of an order in a volume that is 0 or unknown: all of it, never free


def proportional_costs(
    turnover: np.ndarray, overnight: np.ndarray, price: np.ndarray, market: Market | None, rule: TradingRule
) -> np.ndarray:
    """Costs that do not depend on the size of the account: commission, half-spread, slippage, borrowing.

    turnover, overnight (position), price (of the trade) : (n_bars,)
    """
    cost = turnover * rule.cost_bps / 1e4
    if rule.slippage_bps:
        cost = cost + turnover * rule.slippage_bps / 1e4
    if market is not None and market.half_spread is not None:
        cost = cost + turnover * relative_half_spread(market.half_spread, price, rule)
    elif rule.half_spread_bps:
        cost = cost + turnover * rule.half_spread_bps / 1e4
    if rule.borrow_bps and market is not None:
        days = np.diff(market.dates, prepend=market.dates[:1]) / DAY
        cost = cost + np.maximum(-overnight, 0.0) * days / 365 * rule.borrow_bps / 1e4
    return cost


def relative_half_spread(half_spread: np.ndarray, price: np.ndarray, rule: TradingRule) -> np.ndarray:
    """Half-spread as a fraction of the price; the assumed one where it is unknown; of one shape."""
    relative = half_spread / price
    return np.where(np.isnan(relative), rule.half_spread_bps / 1e4, relative)


def capital_dependent_costs(
    turnover: np.ndarray,
    before: np.ndarray,
    gross: np.ndarray,
    proportional: np.ndarray,
    price: np.ndarray,
    market: Market,
    rule: TradingRule,
) -> np.ndarray:
    """All costs, bar after bar, where commissions and impact depend on the equity at the trade.

    The orders of one bar count as one.
    """
    volume, spread = _past_volume_and_spread(market, rule)
    equity, cost = rule.capital, proportional.copy()
    for i in range(len(turnover)):
        money = equity * max(1.0 + before[i], 0.0)
        traded = turnover[i] * money
        if traded > 0:
            fee = max(rule.per_share * traded / price[i], rule.min_commission)
            share = np.sqrt(traded / price[i] / volume[i]) if volume[i] > 0 else WHOLE_VOLUME
            cost[i] += fee / money + rule.impact * spread[i] * share * turnover[i]
        equity *= gross[i] * (1.0 - min(cost[i], 1.0))
    return cost


def _past_volume_and_spread(market: Market, rule: TradingRule) -> tuple[np.ndarray, np.ndarray]:
    """Mean volume and volatility of the bars before each bar, as far as they are known; 0 where none is."""
    returns = close_to_close_returns(market.closes)
    returns[:1] = market.closes[:1] / market.opens[:1] - 1.0
    volume = trailing_mean_of_known(market.volumes, rule.lookback)
    spread = np.sqrt(trailing_mean_of_known(returns**2, rule.lookback))
    past_volume, past_spread = (np.nan_to_num(np.concatenate([[np.nan], x[:-1]])) for x in (volume, spread))
    return past_volume, past_spread
