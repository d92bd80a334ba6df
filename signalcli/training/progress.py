"""How far a walk forward is, for whoever watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Step(NamedTuple):
    """One thing that was just done: an epoch, or with ``epoch`` 0 a whole fit.

    Parameters
    ----------
    label, model : str
        Symbol and model.
    fold, folds : int
        Number of the fold, and how many the symbol has.
    done, total : int
        Fits of this model over all symbols and folds: finished, and all.
    epoch, epochs : int
        Epochs that are done, and those there are at the most.
    loss : float
        Loss of the last epoch.
    """

    label: str
    model: str
    fold: int
    folds: int
    done: int
    total: int
    epoch: int = 0
    epochs: int = 0
    loss: float = float("nan")

    def __str__(self) -> str:
        """As ``IBM lstm fold 3/5 epoch 12/20 loss .691``."""
        text = f"{self.label} {self.model} fold {self.fold}/{self.folds}"
        if not self.epoch:
            return text
        loss = f"{self.loss:.3f}".removeprefix("0")
        return f"{text} epoch {self.epoch}/{self.epochs} loss {loss}"


Progress = Callable[[Step], None]


@dataclass
class Steps:
    """Turns fits, in the order they are planned, into steps; says nothing when nobody watches.

    Parameters
    ----------
    report : Progress or None
        Whoever watches.
    planned : list of Step
        Every fit, ``done`` and ``total`` not filled in.
    """

    report: Progress | None
    planned: list[Step]
    number: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def epoch(self, epoch: int, epochs: int, loss: float) -> None:
        """Say that the fit that is running has done an epoch."""
        self._say(self.planned[self.number]._replace(epoch=epoch, epochs=epochs, loss=loss))

    def fit(self) -> None:
        """Say that the next fit is finished."""
        step = self.planned[self.number]
        self.done[step.model] += 1
        self.number += 1
        self._say(step)

    def _say(self, step: Step) -> None:
        if self.report:
            total = sum(other.model == step.model for other in self.planned)
            self.report(step._replace(done=self.done[step.model], total=total))
