"""How probabilities are put together to be held against what came."""

from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.config.checks import require

Edges = Literal["rows", "width"]


@dataclass(frozen=True)
class ReliabilityConfig:
    """How probabilities are put together to be held against what came.

    Parameters
    ----------
    bins : int
        Number of bins.
    edges : {"rows", "width"}
        Bins with equally many rows, or equally wide ones: those of markets are nearly all around one half.
    """

    bins: int = 10
    edges: Edges = "rows"

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(2 <= self.bins <= 1000, "--bins", self.bins, "from 2 to 1000")
        require(self.edges in get_args(Edges), "--edges", self.edges, "rows or width")
