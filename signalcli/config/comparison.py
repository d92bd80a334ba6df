"""When a model counts as better than the baselines."""

from dataclasses import dataclass
from typing import Literal, get_args

from signalcli.config.checks import require

Criterion = Literal["log_loss", "accuracy", "net_return"]
CRITERIA: tuple[str, ...] = get_args(Criterion)


@dataclass(frozen=True)
class ComparisonConfig:
    """What is compared, and how sure one has to be.

    Parameters
    ----------
    by : {"log_loss", "accuracy", "net_return"}
        Criterion that decides whether there is an edge; all three are shown.
    alpha : float
        Share of false alarms that is accepted, after correction for the number of comparisons.
    """

    by: Criterion = "log_loss"
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.by in CRITERIA, "--by", self.by, f"one of {', '.join(CRITERIA)}")
        require(0 < self.alpha < 1, "--alpha", self.alpha, "between 0 and 1")
