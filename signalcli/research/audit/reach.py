"""How many dates ahead a guilty row reads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.research.audit.change import LABELS, Change, changed
from signalcli.research.audit.compare import Snapshot, moved
from signalcli.research.audit.stage import Stage
from signalcli.research.audit.worlds import outputs

CHANGES: tuple[Change, ...] = ("cut", "up", "down")


def reach(stage: Stage, table: pd.DataFrame, base: Snapshot, column: str, row: int) -> int | None:
    """Dates between a row and the last later date that moves it; None where no single cut does.

    The value must be due at the row's own date, that of a label at its end.
    """
    dates = np.unique(table["date"].to_numpy())
    own = base._replace(numbers={column: base.numbers[column]} if column in base.numbers else {})
    due = _due(base, column, row)
    at = int(np.searchsorted(dates, due))
    if not _moves(stage, table, own, row, dates[at], due):
        return None
    low, high = 1, len(dates) - at  # it moves when what follows `low - 1` dates later is changed
    while high - low > 1:
        middle = (low + high) // 2
        if _moves(stage, table, own, row, dates[at + middle - 1], due):
            low = middle
        else:
            high = middle
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
) -> bool:
    """Whether changing everything after a date moves a row."""
    kinds = CHANGES if stage.kind != "fit" else ("erase", "up", "down")
    tables = [changed(table, after, change) for change in kinds]
    for out in outputs(stage, tables, separable=False, until=due):
        if out is not None and any(row in rows for rows in moved(base, out, due).values()):
            return True
    return False
