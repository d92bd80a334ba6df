"""How the importance of features is measured."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from signalcli.config.base import Config
from signalcli.config.checks import require
from signalcli.config.option import Option

METHODS = ("permutation", "contribution", "gradient", "ablation")
LEVELS = ("feature", "channel", "lag", "set")
Score = Literal["log_loss", "brier", "accuracy"]


@dataclass(frozen=True)
class ImportanceConfig(Config):
    """How the importance of features is measured, on the test rows of each fold.

    ``methods`` are those of `METHODS`; ``drop`` measures by ablation, whether it is among them or not.
    """

    heading: ClassVar[str] = "Importance"

    methods: Annotated[
        tuple[str, ...],
        Option(
            "permutation (every model), contribution (trees of LightGBM) or gradient (networks).",
            ("--method",),
            "NAME[,…]",
        ),
    ] = ("permutation",)
    levels: Annotated[
        tuple[str, ...],
        Option(
            "What is measured together: feature, channel (all its lags), lag (of all channels) or set.",
            ("--level",),
            "NAME[,…]",
        ),
    ] = ("feature",)
    drop: Annotated[
        tuple[str, ...],
        Option(
            "Fit again without the features that match, and compare the scores (repeatable).",
            metavar="GLOB[,…]",
        ),
    ] = ()
    score: Annotated[
        Score, Option("Score that a permutation or ablation makes worse; the importance is by how much.")
    ] = "log_loss"
    by: Annotated[Literal["all", "fold"], Option("Rows of the table: all folds together, or each fold.")] = (
        "all"
    )
    copies: Annotated[
        int | None,
        Option(
            "Fits of each fold, each with new shuffled copies of all features; 0: no noise floor.",
            minimum=0,
            maximum=200,
        ),
    ] = None
    repeats: Annotated[int, Option("Permutations of each feature.", minimum=1, maximum=1000)] = 5
    block: Annotated[
        int,
        Option(
            "Dates of a block that is moved as one; at most a tenth of the dates.", minimum=1, maximum=100_000
        ),
    ] = 5

    def check(self) -> None:
        """Refuse unknown methods and levels, and none at all."""
        named = tuple(name for name in METHODS if name != "ablation")
        require(set(self.methods) <= set(named), "--method", ",".join(self.methods), _among(named))
        require(set(self.levels) <= set(LEVELS), "--level", ",".join(self.levels), _among(LEVELS))
        require(bool(self.methods) or bool(self.drop), "--method", "", _among(named))
        require(bool(self.levels), "--level", "", _among(LEVELS))


def _among(names: tuple[str, ...]) -> str:
    return f"of {', '.join(names)}"
