"""What a scorecard shows."""

from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.config.checks import require

Shown = Literal["essential", "all"]
By = Literal["symbol", "year", "fold"]


@dataclass(frozen=True)
class ScorecardConfig:
    """What a scorecard shows.

    Parameters
    ----------
    metrics : {"essential", "all"}
        The default columns, or every metric there is.
    by : {"symbol", "year", "fold"}
        One line for the whole run of a model on a symbol, or one a calendar year or fold of it.
    portfolio : bool
        Also an equal-weight portfolio over the symbols, a further symbol ``PORTFOLIO``.
    intervals : bool
        Also 95 % bootstrap intervals of Sharpe ratio and accuracy.
    random_state : int
        Decides the resamples.
    """

    metrics: Shown = "essential"
    by: By = "symbol"
    portfolio: bool = False
    intervals: bool = False
    random_state: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.metrics in get_args(Shown), "--metrics", self.metrics, "essential or all")
        require(self.by in get_args(By), "--by", self.by, "symbol, year or fold")
