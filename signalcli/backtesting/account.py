"""Positions of one symbol → costs, returns and equity: arrays in, arrays out."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np

from signalcli.backtesting.costs import capital_dependent_costs, proportional_costs
from signalcli.backtesting.fills import ONE_GROUP, fill_positions, lagged
from signalcli.backtesting.market import Market
from signalcli.config.trading import TradingRule


def account(
    opens: np.ndarray,
    closes: np.ndarray,
    position: np.ndarray,
    rule: TradingRule,
    market: Market | None = None,
    starts: np.ndarray = ONE_GROUP,
) -> dict[str, np.ndarray]:
    """Simulate the account of one symbol, or of several row groups that follow each other.

    Parameters
    ----------
    opens, closes : (n_bars,) prices
    position : (n_bars,)
        Share of equity, -1 … 1, decided at each close and held over the next bar; 0 before the first bar. The
        share is restored at every fill and every close. The last position is not sold, because equity would
        then depend on where the table was cut.
    rule : TradingRule
        Fill and cost.
    market : Market or None
        All columns of the bars; needed for stops, impact and borrowing.
    starts : (n_groups,) int
        First bars of the groups. Several groups at once give the same bits in fewer calls; not allowed with
        ``rule.in_turn``.

    Returns
    -------
    dict of (n_bars,) arrays
        position (decided at the close; 0 where a stop does not let its side in again, and after ruin),
        turnover (traded share of equity during the bar), gross_return, cost, net_return (fractions of
        the bar), equity (1 before the first bar; stays 0 once all is lost) and drawdown (≥ 0).
    """
    fills = fill_positions(opens, closes, position, rule, market, starts)
    # Each factor is at least 0: the product of two negative ones would be a gain.
    night = np.maximum(1.0 + fills.before, 0.0)
    gross = night * np.maximum(1.0 + fills.after, 0.0)
    orders = [order * (night > 0) for order in fills.orders]  # nothing is traded once the night has taken all
    turnover = functools.reduce(np.add, orders)
    cost = proportional_costs(turnover, fills.overnight, fills.price, market, rule)
    if rule.in_money and market is not None:
        cost = capital_dependent_costs(orders, fills.before, gross, cost, fills.price, market, rule)
    cost = np.minimum(cost, 1.0)
    factor = gross * (1.0 - cost)
    equity = _accumulate(np.multiply, factor, starts)
    peak = np.maximum(_accumulate(np.maximum, equity, starts), 1.0)
    flows = {"turnover": turnover, "gross_return": gross - 1.0, "cost": cost, "net_return": factor - 1.0}
    flows = _stop_at_ruin({"position": fills.decided} | flows, equity, starts)
    return flows | {"equity": equity, "drawdown": 1.0 - equity / peak}


def _stop_at_ruin(
    flows: dict[str, np.ndarray], equity: np.ndarray, starts: np.ndarray
) -> dict[str, np.ndarray]:
    """The flows, 0 after the bar in which all was lost; nothing is decided at its close either."""
    if (equity > 0).all():
        return flows
    solvent = lagged(equity, starts, 1.0) > 0
    stopped = {name: np.where(solvent, values, 0.0) for name, values in flows.items()}
    return stopped | {"position": np.where(equity > 0, flows["position"], 0.0)}


def _accumulate(step: np.ufunc, x: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Accumulate each group on its own."""
    out = np.empty_like(x)
    for first, end in pairwise([*starts.tolist(), len(x)]):
        step.accumulate(x[first:end], out=out[first:end])
    return out
