"""Which metrics a scorecard shows."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

Shown = Literal["main", "essential", "all"]
By = Literal["symbol", "year", "month", "fold"]


@dataclass(frozen=True)
class ScorecardConfig(Config):
    """Which metrics a scorecard shows, and of what; ``random_state`` seeds the bootstrap."""

    heading: ClassVar[str] = "Report"
    section: ClassVar[str] = "output"

    metrics: Annotated[
        Shown, Option("Metrics: all, essential, or main: the dozen that decide (data: essential).")
    ] = "main"
    by: Annotated[By, Option("One line per symbol, or one per year, month or fold of it.")] = "symbol"
    portfolio: Annotated[
        bool,
        Option(
            "Add the mean of the accounts of all symbols; also --portfolio alone.", ("--pool",), advanced=True
        ),
    ] = False
    intervals: Annotated[
        bool, Option("Add 95 % bootstrap intervals of Sharpe ratio and accuracy.", advanced=True)
    ] = False
    random_state: int = 0
