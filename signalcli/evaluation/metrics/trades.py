"""What trades came to, one by one. Undefined is NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.evaluation.metrics.drawdowns import longest
from signalcli.evaluation.metrics.metric import COUNT, FRACTION, RATIO, SHARE, Metric, further
from signalcli.evaluation.metrics.moments import mean, spread
from signalcli.evaluation.metrics.performance import NAN, ROUNDING

if TYPE_CHECKING:
    import pandas as pd


class RoundTrips(NamedTuple):
    """Trades in the order of their entry, each (n_trades,).

    net : return after costs, a fraction of the equity at entry. bars : how long. closed, long : bool.
    """

    net: np.ndarray
    bars: np.ndarray
    closed: np.ndarray
    long: np.ndarray

    @property
    def done(self) -> RoundTrips:
        """Those that have been left."""
        return RoundTrips(*(values[self.closed] for values in self))


def round_trips(trades: pd.DataFrame) -> RoundTrips:
    """The rows of TRADES of one run, or of several."""
    return RoundTrips(
        trades["net_return"].to_numpy("float64"),
        trades["bars"].to_numpy("float64"),
        (trades["exit"] != "open").to_numpy(bool),
        (trades["side"] == "long").to_numpy(bool),
    )


def quality(net: np.ndarray) -> float:
    """System quality number: √n times the mean by the standard deviation of the trades (Tharp 1998)."""
    size = spread(net)
    return math.sqrt(len(net)) * mean(net) / size if size > ROUNDING else NAN


def expectancy_ratio(net: np.ndarray) -> float:
    """What a trade is expected to earn for each unit that an average loser costs."""
    loss = -mean(net[net < 0])
    return mean(net) / loss if loss > ROUNDING else NAN


def profit_factor(net: np.ndarray) -> float:
    """Sum of the winners by the sum of the losers."""
    losses = -float(np.sum(net[net < 0]))
    return float(np.sum(net[net > 0])) / losses if losses > ROUNDING else NAN


def payoff(net: np.ndarray) -> float:
    """Mean of the winners by the mean size of the losers."""
    loss = -mean(net[net < 0])
    return mean(net[net > 0]) / loss if loss > ROUNDING else NAN


def _largest(x: np.ndarray) -> float:
    return float(np.max(x)) if len(x) else NAN


ROUND_TRIPS: dict[str, Metric[RoundTrips]] = {
    "closed_trades": further(lambda t: float(t.closed.sum()), "trades that were left", COUNT),
    "open_trades": further(lambda t: float((~t.closed).sum()), "trades that are still open", COUNT),
    "long_trades": further(lambda t: float(t.done.long.sum()), "closed trades that were long", COUNT),
    "short_trades": further(lambda t: float((~t.done.long).sum()), "closed trades that were short", COUNT),
    "win_rate": further(
        lambda t: mean((t.done.net > 0).astype("float64")), "closed trades that gained / closed trades", SHARE
    ),
    "average_trade": further(lambda t: mean(t.done.net), "mean net return of a closed trade", FRACTION),
    "average_winner": further(
        lambda t: mean(t.done.net[t.done.net > 0]), "mean net return of the winners", FRACTION
    ),
    "average_loser": further(
        lambda t: -mean(t.done.net[t.done.net < 0]), "-mean net return of the losers", FRACTION
    ),
    "best_trade": further(lambda t: _largest(t.done.net), "largest net return of a closed trade", FRACTION),
    "worst_trade": further(
        lambda t: -_largest(-t.done.net), "smallest net return of a closed trade", FRACTION
    ),
    "average_long": further(
        lambda t: mean(t.done.net[t.done.long]), "mean net return of the closed long trades", FRACTION
    ),
    "average_short": further(
        lambda t: mean(t.done.net[~t.done.long]), "mean net return of the closed short trades", FRACTION
    ),
    "trade_payoff": further(lambda t: payoff(t.done.net), "average_winner / average_loser", RATIO),
    "trade_profit_factor": further(lambda t: profit_factor(t.done.net), "Σ winners / Σ losers", RATIO),
    "trade_expectancy": further(
        lambda t: expectancy_ratio(t.done.net), "average_trade / average_loser", RATIO
    ),
    "sqn": further(
        lambda t: quality(t.done.net), "√n mean / sd of the closed trades, ddof 1", RATIO, "Tharp 1998"
    ),
    "average_trade_bars": further(lambda t: mean(t.done.bars), "mean bars of a closed trade", "bars"),
    "longest_trade": further(lambda t: _largest(t.done.bars), "most bars of a closed trade", "bars"),
    "average_winner_bars": further(
        lambda t: mean(t.done.bars[t.done.net > 0]), "mean bars of the winners", "bars"
    ),
    "average_loser_bars": further(
        lambda t: mean(t.done.bars[t.done.net < 0]), "mean bars of the losers", "bars"
    ),
    "winners_in_a_row": further(lambda t: longest(t.done.net > 0), "most winners one after the other", COUNT),
    "losers_in_a_row": further(lambda t: longest(t.done.net < 0), "most losers one after the other", COUNT),
}
