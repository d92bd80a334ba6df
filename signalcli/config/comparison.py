"""When a model counts as better than the baselines."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from signalcli.config.base import Config
from signalcli.config.option import Option

Criterion = Literal["log_loss", "accuracy", "net_return"]
CRITERIA: tuple[str, ...] = get_args(Criterion)


@dataclass(frozen=True)
class ComparisonConfig(Config):
    """The criterion of an edge, and the significance level after correction for multiple tests."""

    heading: ClassVar[str] = "Report"

    by: Annotated[Criterion, Option("Criterion that decides about an edge; all three are shown.")] = (
        "log_loss"
    )
    alpha: Annotated[
        float, Option("Significance level after correction for multiple tests.", above=0, below=1)
    ] = 0.05
