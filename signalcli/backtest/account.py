"""Positions of one run → fills, costs, equity: arrays in, arrays out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.backtest.costs import in_money, proportional
from signalcli.backtest.sizing import Market
from signalcli.backtest.stops import stopped
from signalcli.config.trading import TradingRule

if TYPE_CHECKING:
    import pandas as pd

PRICES = ("open", "high", "low", "close", "volume")
BATCH = 10_000  # rows booked at once: enough to make calls cheap, few enough for the processor's cache
ONE_RUN = np.zeros(1, dtype="int64")


def columns_of(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """What a market is made of."""
    found = {name: rows[name].to_numpy("float64") for name in PRICES}
    found |= {"half_spread": rows["half_spread"].to_numpy("float64")} if "half_spread" in rows else {}
    return found | {"date": rows["date"].to_numpy()}


def market_of(columns: dict[str, np.ndarray], part: np.ndarray | slice) -> Market:
    """The bars of one run, from `columns_of`."""
    spread = columns["half_spread"][part] if "half_spread" in columns else None
    opens, highs, lows, closes, volumes = (columns[name][part] for name in PRICES)
    return Market(columns["date"][part], opens, highs, lows, closes, volumes, spread)


def account(
    opens: np.ndarray,
    closes: np.ndarray,
    position: np.ndarray,
    rule: TradingRule,
    market: Market | None = None,
    firsts: np.ndarray = ONE_RUN,
) -> dict[str, np.ndarray]:
    """Book a sequence of positions of one symbol, or of several runs that lie one behind the other.

    Parameters
    ----------
    opens, closes : (n_bars,) prices
    position : (n_bars,)
        Share of equity, -1 … 1, decided at each close and held over the next bar; before the first bar it
        is 0. The share is restored at every fill and every close, and nothing is sold at the end: the last
        value of the equity would otherwise depend on where the table was cut.
    rule : TradingRule
        Fill and cost.
    market : Market or None
        The whole bars, for what needs more than opens and closes: stops, impact, borrowing.
    firsts : (n_runs,) int
        Where the runs begin. Several at once are the same bits in fewer calls; not with ``rule.in_turn``.

    Returns
    -------
    dict of (n_bars,) arrays
        turnover (traded share of equity during the bar), gross_return, cost, net_return (fractions of
        the bar), equity (1 before the first bar, 0 for good once lost) and drawdown (≥ 0).
    """
    booked = book(opens, closes, position, rule, market, firsts)
    turnover, before, after = booked.turnover, booked.before, booked.after
    # No factor below 0: two ruins within a bar would multiply to a fortune.
    gross = np.maximum(1.0 + before, 0.0) * np.maximum(1.0 + after, 0.0)
    paid = proportional(turnover, booked.overnight, booked.price, market, rule)
    if rule.in_money and market is not None:
        paid = in_money(turnover, before, gross, paid, booked.price, market, rule)
    paid = np.minimum(paid, 1.0)
    factor = gross * (1.0 - paid)
    equity = _along(np.multiply, factor, firsts)
    peak = np.maximum(_along(np.maximum, equity, firsts), 1.0)
    alive = _before(equity, firsts, 1.0) > 0
    flows = {"turnover": turnover, "gross_return": gross - 1.0, "cost": paid, "net_return": factor - 1.0}
    if not alive.all():  # the ruined trade no more
        flows = {name: values * alive for name, values in flows.items()}
    return flows | {"equity": equity, "drawdown": 1.0 - equity / peak}


class Booked(NamedTuple):
    """The fills of one run, each (n_bars,).

    turnover of each bar; the position's returns before and after the trade within the bar; the position held
    up to the trade and from it on, and the one held at the close; the prices of the trade and of the close,
    or where a stop left.
    """

    turnover: np.ndarray
    before: np.ndarray
    after: np.ndarray
    overnight: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    price: np.ndarray
    last: np.ndarray


def book(
    opens: np.ndarray,
    closes: np.ndarray,
    position: np.ndarray,
    rule: TradingRule,
    market: Market | None,
    firsts: np.ndarray = ONE_RUN,
) -> Booked:
    """Fill a sequence of positions of one symbol, or of several runs; see `account`."""
    if rule.stops and market is not None:
        return _fill_with_stops(market, position, rule)
    fill = _fill_at_next_open if rule.fill == "next_open" else _fill_at_close
    return fill(opens, closes, position, firsts)


def _fill_at_next_open(
    opens: np.ndarray, closes: np.ndarray, position: np.ndarray, firsts: np.ndarray
) -> Booked:
    """The old position lives through the night, the new one is taken at the open."""
    new = _before(position, firsts)
    old = _before(new, firsts)
    night = opens / _before(closes, firsts, opens[firsts]) - 1.0
    return Booked(np.abs(new - old), old * night, new * (closes / opens - 1.0), old, new, new, opens, closes)


def _fill_at_close(
    opens: np.ndarray,  # noqa: ARG001
    closes: np.ndarray,
    position: np.ndarray,
    firsts: np.ndarray,
) -> Booked:
    """The old position lives through the bar, the new one is taken at its close."""
    old = _before(position, firsts)
    bar = closes / _before(closes, firsts, closes[firsts]) - 1.0
    after = np.zeros(len(closes))
    return Booked(np.abs(position - old), old * bar, after, old, position, position, closes, closes)


def _fill_with_stops(market: Market, position: np.ndarray, rule: TradingRule) -> Booked:
    """As at the next open, and what a stop leaves within the bar is traded once more."""
    opened, closed, last = stopped(position, market, rule)
    old = _before(closed, ONE_RUN)
    night = market.opens / _before(market.closes, ONE_RUN, market.opens[:1]) - 1.0
    turnover = np.abs(opened - old) + np.abs(opened - closed)
    after = opened * (last / market.opens - 1.0)
    return Booked(turnover, old * night, after, old, opened, closed, market.opens, last)


def _before(x: np.ndarray, firsts: np.ndarray, start: np.ndarray | float = 0.0) -> np.ndarray:
    """The value one bar ago, ``start`` before the first bar of each run."""
    late = np.empty_like(x)
    late[1:] = x[:-1]
    late[firsts] = start
    return late


def _along(step: np.ufunc, x: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Each run accumulated by itself."""
    out = np.empty_like(x)
    for first, behind in pairwise([*firsts.tolist(), len(x)]):
        step.accumulate(x[first:behind], out=out[first:behind])
    return out
