"""Progress of a walk-forward, for an observer such as a progress bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Step(NamedTuple):
    """One finished epoch, or with ``epoch`` 0 one finished fit.

    Parameters
    ----------
    label, model : str
        Symbol and model.
    fold, folds : int
        Number of the fold, and number of folds of the symbol.
    done, total : int
        Fits of this model over all symbols and folds: finished, and all.
    epoch, epochs : int
        Finished epochs, and the maximum.
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
    """Report the progress of planned fits, which finish in order.

    Parameters
    ----------
    progress : Progress or None
        Observer; None reports nothing.
    planned : list of Step
        Every fit, ``done`` and ``total`` not yet counted.
    """

    progress: Progress | None
    planned: list[Step]
    number: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def epoch_done(self, epoch: int, epochs: int, loss: float) -> None:
        """Report an epoch of the current fit."""
        self._report(self.planned[self.number]._replace(epoch=epoch, epochs=epochs, loss=loss))

    def fit_done(self) -> None:
        """Report the current fit as finished and go on to the next."""
        step = self.planned[self.number]
        self.done[step.model] += 1
        self.number += 1
        self._report(step)

    def _report(self, step: Step) -> None:
        if self.progress:
            total = sum(other.model == step.model for other in self.planned)
            self.progress(step._replace(done=self.done[step.model], total=total))
