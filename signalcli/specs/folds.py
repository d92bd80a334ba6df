"""Which dates a model learns from and which it is tested on."""

from dataclasses import dataclass

from signalcli.specs.require import require


@dataclass(frozen=True)
class FoldSpec:
    """Walk-forward folds over dates, as scikit-learn's ``TimeSeriesSplit`` cuts them.

    Parameters
    ----------
    folds : int
        Number of test blocks, one behind the other at the end of the dates.
    gap : int
        Dates left out between the training part and its test block.
    max_train : int or None
        Longest training part in dates (rolling); None keeps all the past (expanding).
    """

    folds: int = 5
    gap: int = 0
    max_train: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        require(self.folds >= 2, "--folds", self.folds, "at least 2")
        require(self.gap >= 0, "--gap", self.gap, "0 or more dates")
        require(
            self.max_train is None or self.max_train >= 1, "--max-train", self.max_train, "at least 1 date"
        )
