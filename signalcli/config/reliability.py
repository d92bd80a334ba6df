"""How probabilities are binned for a calibration curve."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.option import Option

Edges = Literal["rows", "width"]


@dataclass(frozen=True)
class ReliabilityConfig(Config):
    """How probabilities are binned for a calibration curve."""

    heading: ClassVar[str] = "Report"

    bins: Annotated[int, Option("Number of bins.", minimum=2, maximum=1000)] = 10
    edges: Annotated[Edges, Option("Bins of equally many rows, or of equal width.")] = "rows"
