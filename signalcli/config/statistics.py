"""Which statistics of bars are computed."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option
from signalcli.config.quality import Calendar

SECTIONS = (
    "summary", "sessions", "returns", "adf", "kpss", "acf", "pacf", "order", "ar", "residuals", "linearity",
    "hurst",
)  # fmt: skip
PLAIN = ("summary", "sessions", "returns", "hurst")  # do not need statsmodels


@dataclass(frozen=True)
class StatisticsConfig(Config):
    """Which statistics of bars are computed; ``random_state`` seeds the shuffled returns beside ``hurst``."""

    heading: ClassVar[str] = "Report"

    sections: Annotated[
        tuple[str, ...], Option("Sections to show.", ("--section",), "NAME[,…]", choices=SECTIONS)
    ] = SECTIONS
    lags: Annotated[int, Option("Highest lag of acf and pacf.", minimum=1, maximum=100_000)] = 20
    max_order: Annotated[int, Option("Highest order of the AR models.", minimum=1, maximum=1000)] = 10
    calendar: Calendar = "auto"
    random_state: Annotated[
        int, Option("Random seed.", ("--seed",), minimum=0, maximum=2**32 - 1, advanced=True)
    ] = 0

    def check(self) -> None:
        """Refuse an empty choice."""
        require(bool(self.sections), "--section", "", f"any of {', '.join(SECTIONS)}")
