"""How probabilities become positions and what trading costs."""

from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.specs.require import require

Fill = Literal["next_open", "close"]


@dataclass(frozen=True)
class TradingRule:
    """How probabilities become positions and what trading costs.

    Parameters
    ----------
    cost_bps : float
        Cost of each unit of turnover in basis points of equity, on entry and on exit.
    fill : {"next_open", "close"}
        Price at which a position decided at a close is taken: the open after it, or that same close
        (which nobody can trade and which is there for comparison).
    threshold : float
        Long above this probability of up, short above this probability of down, flat otherwise.
    long_only : bool
        Flat instead of short.
    """

    cost_bps: float = 5.0
    fill: Fill = "next_open"
    threshold: float = 0.5
    long_only: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(0 <= self.cost_bps < 10_000, "--cost-bps", self.cost_bps, "from 0 up to 10000")
        require(0 < self.threshold < 1, "--threshold", self.threshold, "between 0 and 1")
        require(self.fill in get_args(Fill), "--fill", self.fill, "next_open or close")
