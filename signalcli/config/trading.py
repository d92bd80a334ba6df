"""How probabilities become positions, and what trading costs."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

Fill = Literal["next_open", "close"]
Sizing = Literal["sign", "probability", "kelly", "volatility"]


@dataclass(frozen=True)
class TradingRule(Config):
    """How probabilities become positions, and what trading costs.

    A position is decided at the close of a bar and filled at the next open; filling at the same close, which
    nobody can trade, is there for comparison. A stop closes a position within the bar, the stop loss first
    when both are touched; the position then stays flat until another direction is decided.
    """

    heading: ClassVar[str] = "Trading"
    section: ClassVar[str] = "backtest"
    override_flag: ClassVar[str] = "--rule"

    cost_bps: Annotated[
        float, Option("Commission per unit of turnover, in basis points.", minimum=0, below=10_000)
    ] = 5.0
    fill: Annotated[
        Fill,
        Option("Execution price: next bar's open, or the close of the decision bar.", advanced=True),
    ] = "next_open"
    threshold: Annotated[
        float,
        Option(
            "Probability above which a side is taken; of three classes, among up and down alone.",
            above=0,
            below=1,
        ),
    ] = 0.5
    long_only: Annotated[bool, Option("Stay flat instead of going short.")] = False
    sizing: Annotated[
        Sizing,
        Option(
            "Position size: full, by probability, by the Kelly criterion, or for a target volatility.",
            advanced=True,
        ),
    ] = "sign"
    kelly: Annotated[
        float, Option("Fraction of the Kelly size (sizing kelly).", above=0, maximum=1e6, advanced=True)
    ] = 0.5
    volatility: Annotated[
        float, Option("Target volatility a year (sizing volatility).", above=0, maximum=1e6, advanced=True)
    ] = 0.1
    lookback: Annotated[
        int,
        Option("Bars of the volatility and volume estimates.", minimum=2, maximum=1_000_000, advanced=True),
    ] = 20
    max_position: Annotated[
        float, Option("Largest position, as a share of equity.", above=0, maximum=1e6, advanced=True)
    ] = 1.0
    hold: Annotated[
        int | None,
        Option(
            "Bars a decision is held, 1/hold of the equity each; by default the horizon of the labels.",
            minimum=1,
            maximum=1_000_000,
            advanced=True,
        ),
    ] = None
    max_turnover: Annotated[
        float | None, Option("Largest change of the position at a bar.", above=0, maximum=1e6, advanced=True)
    ] = None
    dead_band: Annotated[
        float, Option("Skip changes of the position below this size.", minimum=0, below=2, advanced=True)
    ] = 0.0
    stop_loss: Annotated[
        float | None,
        Option("Stop loss, as a fraction of the entry price.", above=0, maximum=1e6, advanced=True),
    ] = None
    take_profit: Annotated[
        float | None,
        Option("Take profit, as a fraction of the entry price.", above=0, maximum=1e6, advanced=True),
    ] = None
    half_spread_bps: Annotated[
        float,
        Option(
            "Half spread in basis points; a column half_spread (in price) takes precedence.",
            minimum=0,
            below=1e9,
            advanced=True,
        ),
    ] = 0.0
    slippage_bps: Annotated[
        float,
        Option("Slippage per unit of turnover, in basis points.", minimum=0, below=1e9, advanced=True),
    ] = 0.0
    borrow_bps: Annotated[
        float,
        Option("Cost of a short position, in basis points a year.", minimum=0, below=1e9, advanced=True),
    ] = 0.0
    per_share: Annotated[
        float, Option("Commission per share, in money.", minimum=0, below=1e9, advanced=True)
    ] = 0.0
    min_commission: Annotated[
        float, Option("Least commission per order, in money.", minimum=0, below=1e9, advanced=True)
    ] = 0.0
    impact: Annotated[
        float,
        Option(
            "Square-root impact: cost of impact × volatility × √(share of the bar's volume).",
            minimum=0,
            below=1e9,
            advanced=True,
        ),
    ] = 0.0
    capital: Annotated[
        float, Option("Equity at the first bar, in money.", above=0, below=1e15, advanced=True)
    ] = 100_000.0

    @property
    def stops(self) -> bool:
        """Whether a position may be left within a bar."""
        return self.stop_loss is not None or self.take_profit is not None

    @property
    def in_turn(self) -> bool:
        """Whether bars have to be simulated one after the other."""
        return self.stops or self.in_money

    @property
    def in_money(self) -> bool:
        """Whether the cost of a trade depends on the size of the account."""
        return self.per_share > 0 or self.min_commission > 0 or self.impact > 0
