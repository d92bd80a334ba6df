"""How many dates ahead a guilty row reads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from signalcli.research.audit.change import LABELS, Change, changed
from signalcli.research.audit.compare import ROW, Snapshot, moved
from signalcli.research.audit.probes.worlds import outputs
from signalcli.research.audit.stages.stage import Stage

CHANGES: tuple[Change, ...] = ("cut", "up", "down")


def reach(
    stage: Stage, table: pd.DataFrame, base: Snapshot, column: str, row: int, *, separable: bool = False
) -> int | None:
    """Dates between a row and the last later date that moves it; None where no single cut does.

    A value is due at the row's own date, a label at its end. Changed tables stand side by side where the
    stage is ``separable``.
    """
    stage = stage if stage.narrow is None or column == ROW else stage.narrow([column])
    dates = np.unique(table["date"].to_numpy())
    own = base._replace(numbers={column: base.numbers[column]} if column in base.numbers else {})
    due = _due(base, column, row)
    at = int(np.searchsorted(dates, due))

    def moves(ahead: int) -> bool:
        """Whether the row moves when everything from so many dates later on is changed."""
        return _moves(stage, table, own, row, dates[at + ahead - 1], due, separable)

    return _farthest(moves, len(dates) - at - 1)


def _farthest(moves: Callable[[int], bool], last: int) -> int | None:
    """Largest number for which ``moves`` holds, at most ``last``; it holds for all smaller ones."""
    if last < 1 or not moves(1):
        return None
    if moves(last):
        return last
    low, high = 1, 2
    while high < last and moves(high):
        low, high = high, 2 * high
    high = min(high, last)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if moves(middle) else (low, middle)
    return low


def _due(base: Snapshot, column: str, row: int) -> np.datetime64:
    ends = base.label_end
    return ends[row] if column in LABELS and ends is not None else base.dates[row]


def _moves(
    stage: Stage,
    table: pd.DataFrame,
    base: Snapshot,
    row: int,
    after: np.datetime64,
    due: np.datetime64,
    separable: bool,
) -> bool:
    """Whether changing everything after a date moves a row."""
    kinds = CHANGES if stage.kind != "fit" else ("erase", "up", "down")
    tables = [changed(table, after, change) for change in kinds]
    for change, out in zip(kinds, outputs(stage, tables, separable=separable, until=due), strict=True):
        found = {} if out is None else moved(base, out, due, rounding=change == "cut")
        if any(row in rows for rows in found.values()):
            return True
    return False
