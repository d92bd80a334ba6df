"""How probabilities become positions and what trading costs."""

from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.config.checks import require

Fill = Literal["next_open", "close"]
Sizing = Literal["sign", "probability", "kelly", "volatility"]


@dataclass(frozen=True)
class TradingRule:
    """How probabilities become positions and what trading costs.

    Parameters
    ----------
    cost_bps : float
        Commission for each unit of turnover in basis points of equity, on entry and on exit.
    fill : {"next_open", "close"}
        Price at which a position decided at a close is taken: the open after it, or that same close
        (which nobody can trade and which is there for comparison).
    threshold : float
        Long above this probability of up, short above this probability of down, flat otherwise.
    long_only : bool
        Flat instead of short.
    sizing : {"sign", "probability", "kelly", "volatility"}
        Size of a position: all; the distance of the two probabilities; ``kelly`` times the fraction of Kelly
        for that distance; or what brings the volatility of the last ``lookback`` bars to ``volatility``.
    kelly : float
        Fraction of the Kelly size.
    volatility : float
        Volatility a year that is aimed at.
    lookback : int
        Bars that volatility and volume are measured over; flat until there are as many.
    max_position : float
        Largest size of a position, a share of equity.
    hold : int
        Bars a decision is held: 1/hold of the money follows each of the last decisions, netted.
    max_turnover : float or None
        Largest change of the position at a bar.
    dead_band : float
        Changes smaller than this are not made.
    stop_loss, take_profit : float or None
        Fraction from the price of entry at which a position is left within the bar, the stop first when both
        are touched; then flat until another side is decided.
    half_spread_bps, slippage_bps : float
        Further cost of each unit of turnover; a column ``half_spread`` (in price) comes before the constant.
    borrow_bps : float
        Cost of a short position a year of 365 days.
    per_share, min_commission : float
        Commission in money for each share, and the least for each order, of an account of ``capital``.
    impact : float
        Square-root impact: a unit of turnover costs ``impact`` times the volatility of a bar times the
        root of the traded share of the volume of a bar.
    capital : float
        Money at the first bar, where it matters.
    """

    cost_bps: float = 5.0
    fill: Fill = "next_open"
    threshold: float = 0.5
    long_only: bool = False
    sizing: Sizing = "sign"
    kelly: float = 0.5
    volatility: float = 0.1
    lookback: int = 20
    max_position: float = 1.0
    hold: int = 1
    max_turnover: float | None = None
    dead_band: float = 0.0
    stop_loss: float | None = None
    take_profit: float | None = None
    half_spread_bps: float = 0.0
    slippage_bps: float = 0.0
    borrow_bps: float = 0.0
    per_share: float = 0.0
    min_commission: float = 0.0
    impact: float = 0.0
    capital: float = 100_000.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(0 <= self.cost_bps < 10_000, "--cost-bps", self.cost_bps, "from 0 up to 10000")
        require(0 < self.threshold < 1, "--threshold", self.threshold, "between 0 and 1")
        require(self.fill in get_args(Fill), "--fill", self.fill, "next_open or close")
        require(self.sizing in get_args(Sizing), "sizing", self.sizing, f"one of {get_args(Sizing)}")
        for name in (
            "half_spread_bps",
            "slippage_bps",
            "borrow_bps",
            "per_share",
            "min_commission",
            "impact",
        ):
            require(0 <= getattr(self, name) < 1e9, name, getattr(self, name), "0 or more")
        for name in ("kelly", "volatility", "max_position", "capital"):
            require(0 < getattr(self, name) < 1e15, name, getattr(self, name), "more than 0")
        require(self.lookback >= 2, "lookback", self.lookback, "at least 2 bars")
        require(self.hold >= 1, "hold", self.hold, "at least 1 bar")
        require(0 <= self.dead_band < 2, "dead_band", self.dead_band, "from 0 up to 2")
        self._refuse_limits()

    def _refuse_limits(self) -> None:
        for name in ("max_turnover", "stop_loss", "take_profit"):
            value = getattr(self, name)
            require(value is None or value > 0, name, value, "more than 0")
        require(not self.stops or self.fill == "next_open", "stop_loss", "", "used with --fill next_open")

    @property
    def stops(self) -> bool:
        """Whether a position may be left within a bar."""
        return self.stop_loss is not None or self.take_profit is not None

    @property
    def in_turn(self) -> bool:
        """Whether bars have to be walked through one after the other."""
        return self.stops or self.in_money

    @property
    def in_money(self) -> bool:
        """Whether the cost of a trade depends on how much money there is."""
        return self.per_share > 0 or self.min_commission > 0 or self.impact > 0
