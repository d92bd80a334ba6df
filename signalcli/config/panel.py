"""How predictions of many symbols are judged date by date."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

Period = Literal["all", "year", "month", "date"]


@dataclass(frozen=True)
class PanelConfig(Config):
    """Quantiles and portfolios that are formed at each date, and the periods that are reported."""

    heading: ClassVar[str] = "Report"
    section: ClassVar[str] = "panel"

    quantiles: Annotated[
        int,
        Option("Quantiles of the scores of each date.", minimum=2, maximum=100),
    ] = 5
    top: Annotated[
        int,
        Option("Symbols in the portfolios of the highest and lowest scores.", minimum=1, maximum=100_000),
    ] = 10
    by: Annotated[Period, Option("One row per model, or one per year, month or date of it.")] = "all"
