"""A stage of a chain as the audit sees it: a black box that turns one table into the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Kind = Literal["rows", "fit", "trade"]
Run = Callable[[pd.DataFrame], pd.DataFrame]
RunUntil = Callable[[pd.DataFrame, "np.datetime64 | None"], pd.DataFrame]


@dataclass(frozen=True)
class Stage:
    """One step from a table to the next.

    Parameters
    ----------
    name : str
        Name in findings: ``features``, ``fit``, ``backtest``, or the command line of a program.
    kind : {"rows", "fit", "trade"}
        ``rows``: a row depends on its own past; ``fit``: models are trained on one part of the rows and
        tested on another; ``trade``: positions are decided and filled.
    run : callable
        From the input table to the output table.
    memory : int or None
        Number of newest dates that determine a row; None where it has to be measured.
    run_until : callable or None
        Like ``run``, but rows after a date need not be computed.
    narrow : callable or None
        From names of output columns to a stage that computes only these.
    cumulative : tuple of str
        Output columns that add up over all dates.
    both_sides : bool
        Whether folds train on rows after their test part by design, as combinatorial ones do.
    repeat : callable or None
        Like ``run_until``, without results remembered from earlier runs.
    """

    name: str
    kind: Kind
    run: Run
    memory: int | None = None
    run_until: RunUntil | None = None
    narrow: Callable[[Sequence[str]], Stage] | None = None
    cumulative: tuple[str, ...] = ()
    repeat: RunUntil | None = None
    both_sides: bool = False

    def output(self, table: pd.DataFrame, until: np.datetime64 | None = None) -> pd.DataFrame:
        """The output table; rows after ``until`` may be missing."""
        return self.run(table) if self.run_until is None else self.run_until(table, until)

    def again(self, table: pd.DataFrame, until: np.datetime64 | None = None) -> pd.DataFrame:
        """The output table, computed anew."""
        return self.output(table, until) if self.repeat is None else self.repeat(table, until)


Chain = tuple[Stage, ...]
