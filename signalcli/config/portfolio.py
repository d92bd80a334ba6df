"""How the symbols of a date share the capital of one portfolio."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option

KINDS = ("equal", "signal", "volatility")
TOP = "top:"  # followed by a number of symbols
LARGEST_TOP = 100_000


def is_portfolio(text: str) -> bool:
    """Whether a text names a kind of portfolio: equal, signal, volatility or top:K."""
    number = text.removeprefix(TOP)
    return text in KINDS or (
        text.startswith(TOP) and number.isdecimal() and len(number) < 7 and 1 <= int(number) <= LARGEST_TOP
    )


@dataclass(frozen=True)
class PortfolioConfig(Config):
    """How the symbols of a date share the capital of one portfolio. What is not invested earns nothing.

    ``equal`` divides the capital by the number of symbols, ``signal`` by the size of p_up - p_down,
    ``volatility`` by the inverse of each symbol's volatility; ``top:20`` holds the 20 symbols of the highest
    probability and is short in the 20 of the lowest, each with the same weight.
    """

    heading: ClassVar[str] = "Trading"
    section: ClassVar[str] = "backtest"

    portfolio: Annotated[
        str | None,
        Option(
            "Trade all symbols with one capital; weights: equal, signal, volatility, or top:K.",
            metavar="KIND",
        ),
    ] = None
    max_weight: Annotated[
        float | None,
        Option("Largest weight of a symbol in the portfolio.", above=0, maximum=1e6, advanced=True),
    ] = None
    max_gross: Annotated[
        float, Option("Largest sum of the sizes of all weights.", above=0, maximum=1e6, advanced=True)
    ] = 1.0
    holdings: Annotated[
        str | None,
        Option(
            "Write the target weights of the portfolio to this file.",
            metavar="FILE",
            advanced=True,
            complete="files",
            writes=True,
        ),
    ] = None

    def check(self) -> None:
        """Refuse a portfolio of another kind."""
        known = self.portfolio is None or is_portfolio(self.portfolio)
        wish = f"one of {', '.join(KINDS)}, or {TOP}K with K from 1 to {LARGEST_TOP:,}"
        require(known, "--portfolio", str(self.portfolio), wish)

    @property
    def words(self) -> str:
        """How capital is shared, in words; by default each symbol has an account of its own."""
        return "equal-weight" if self.portfolio in {None, "equal"} else str(self.portfolio)

    @property
    def top(self) -> int | None:
        """Number of symbols on each side; None for portfolios of all symbols."""
        if self.portfolio is None or not self.portfolio.startswith(TOP):
            return None
        return int(self.portfolio.removeprefix(TOP))
