"""Metrics of closed trades. Undefined values are NaN."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.distribution import (
    largest,
    mean_gain,
    mean_loss,
    payoff,
    positive_share,
    smallest,
)
from signalcli.evaluation.metrics.drawdowns import longest_streak
from signalcli.evaluation.metrics.metric import COUNT, FRACTION, RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import gains, mean, ratio, spread
from signalcli.evaluation.metrics.performance import count, profit_factor


class TradeRecord(NamedTuple):
    """Closed trades in the order of their entry, each (n_trades,), and the number of open ones.

    net : return after costs, a fraction of the equity at entry. bars : holding time. long : bool.
    """

    net: np.ndarray
    bars: np.ndarray
    long: np.ndarray
    open_trades: int


def make_trade_record(trades: pd.DataFrame) -> TradeRecord:
    """Record of some rows of TRADES."""
    closed = trades[trades["exit"] != "open"]
    return TradeRecord(
        closed["net_return"].to_numpy("float64"),
        closed["bars"].to_numpy("float64"),
        (closed["side"] == "long").to_numpy(bool),
        len(trades) - len(closed),
    )


@metric("long_trades", side=True, formula="closed trades that were long", unit=COUNT)
@metric("short_trades", side=False, formula="closed trades that were short", unit=COUNT)
def count_side(long: np.ndarray, side: bool) -> float:
    """Closed trades on one side."""
    return float(np.count_nonzero(long == side))


@metric(formula="trades that are still open", unit=COUNT)
def open_trades(open_trades: int) -> float:
    """Trades without an exit."""
    return float(open_trades)


@metric("average_trade", x="net", formula="mean net return of a closed trade", unit=FRACTION)
@metric("average_trade_bars", x="bars", formula="mean bars of a closed trade", unit="bars")
def average(x: np.ndarray) -> float:
    """Mean of all closed trades."""
    return mean(x)


@metric("average_long", side=True, formula="mean net return of the closed long trades", unit=FRACTION)
@metric("average_short", side=False, formula="mean net return of the closed short trades", unit=FRACTION)
def average_of_side(net: np.ndarray, long: np.ndarray, side: bool) -> float:
    """Mean net return on one side."""
    return mean(net[long == side])


@metric("average_winner_bars", side=1, formula="mean bars of the winners", unit="bars")
@metric("average_loser_bars", side=-1, formula="mean bars of the losers", unit="bars")
def average_bars(net: np.ndarray, bars: np.ndarray, side: int) -> float:
    """Mean holding time of the winners (side 1) or losers (-1)."""
    return mean(bars[gains(net * side)])


@metric(formula="average_trade / average_loser", unit=RATIO)
def trade_expectancy(net: np.ndarray) -> float:
    """Mean net return divided by the mean loss of the losers."""
    return ratio(mean(net), mean_loss(net))


@metric(formula="√n mean / sd of the closed trades, ddof 1", unit=RATIO, source="Tharp 1998")
def sqn(net: np.ndarray) -> float:
    """System quality number: √n times mean divided by standard deviation (Tharp 1998)."""
    return ratio(math.sqrt(len(net)) * mean(net), spread(net))


# Functions of other modules, applied to closed trades.
metric("closed_trades", formula="trades that were closed", unit=COUNT)(count)
metric("win_rate", x="net", formula="closed trades with a gain / closed trades", unit=SHARE)(positive_share)
metric("average_winner", x="net", formula="mean net return of the winners", unit=FRACTION)(mean_gain)
metric("average_loser", formula="-mean net return of the losers", unit=FRACTION)(mean_loss)
metric("best_trade", x="net", formula="largest net return of a closed trade", unit=FRACTION)(largest)
metric("worst_trade", x="net", formula="smallest net return of a closed trade", unit=FRACTION)(smallest)
metric("trade_payoff", formula="average_winner / average_loser", unit=RATIO)(payoff)
metric("trade_profit_factor", formula="Σ winners / Σ losers", unit=RATIO)(profit_factor)
metric("longest_trade", x="bars", formula="most bars of a closed trade", unit="bars")(largest)
metric("winners_in_a_row", side=1, formula="most winners one after the other", unit=COUNT)(longest_streak)
metric("losers_in_a_row", side=-1, formula="most losers one after the other", unit=COUNT)(longest_streak)
