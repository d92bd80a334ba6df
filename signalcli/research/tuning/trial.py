"""One trial of a search: parameters, and what its inner folds gave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from signalcli.research.tuning.space import Parameters

State = Literal["running", "finished", "stopped", "failed"]
RUNNING: Final = "running"
FINISHED: Final = "finished"
STOPPED: Final = "stopped"
FAILED: Final = "failed"


@dataclass
class Trial:
    """Parameters that are tried.

    Parameters
    ----------
    number : int
        1 is the first of its search.
    parameters : dict
        By name.
    state : str
        ``stopped`` early, or ``failed`` for a ``reason``.
    scores : list of float
        After each inner fold: the score of all inner test rows so far, in the units of the objective.
    p : list of (n_rows, n_columns) arrays
        Probabilities of the test rows of each inner fold.
    """

    number: int
    parameters: Parameters
    state: State = "running"
    scores: list[float] = field(default_factory=list)
    p: list[np.ndarray] = field(default_factory=list)
    reason: str = ""

    @property
    def score(self) -> float:
        """The score of the inner test rows that were seen; NaN without any."""
        return self.scores[-1] if self.scores else math.nan
