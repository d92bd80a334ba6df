"""How far the labels of a table look ahead: the horizon it states, and the rows that a label reaches over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import DataError
from signalcli.schemas import HORIZON


class LabelReach(NamedTuple):
    """How far labels look ahead: their `horizon` and their `overlap`."""

    horizon: int
    overlap: int


def label_reach(rows: pd.DataFrame) -> LabelReach:
    """How far the labels of a table look ahead."""
    return LabelReach(horizon(rows), overlap(rows))


def horizon(rows: pd.DataFrame) -> int:
    """Bars from a row to its label, as the column ``horizon`` states them.

    Without that column: the most bars of its own symbol from a row's date to its ``label_end``, at least 1.
    Raises DataError for rows of several horizons and for a horizon below 1.
    """
    if HORIZON not in rows or not len(rows):
        return max((_farthest_label(*bars) for bars in _bars_of_symbols(rows)), default=1)
    stated = rows[HORIZON].to_numpy()
    if (stated == stated[0]).all() and stated[0] >= 1:
        return int(stated[0])
    shown = ", ".join(str(h) for h in sorted(np.unique(stated).tolist())[:5])
    raise DataError(
        "DATA-HORIZON", f"column horizon: {shown}; keep the rows of one horizon of at least 1 bar"
    )


def state_horizon(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column ``horizon``; call it before rows are left out, which hides bars."""
    return table if HORIZON in table else table.assign(**{HORIZON: horizon(table)})


def overlap(rows: pd.DataFrame) -> int:
    """Most rows behind a row, in date order, that lie before its ``label_end`` and so share its bars."""
    date, label_end = rows["date"].to_numpy(), rows["label_end"].to_numpy()
    by_date = np.argsort(date, kind="stable")
    known = ~np.isnat(label_end[by_date])
    ends = np.searchsorted(date[by_date], label_end[by_date][known])
    return int(np.max(ends - np.flatnonzero(known) - 1, initial=0))


def _bars_of_symbols(rows: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Dates and ends of labels of each symbol, (n_bars,) both, in the order of the rows."""
    symbols, _ = pd.factorize(rows["symbol"])
    order = np.argsort(symbols, kind="stable")
    borders = np.flatnonzero(np.diff(symbols[order])) + 1
    columns = (np.split(rows[name].to_numpy()[order], borders) for name in ("date", "label_end"))
    yield from zip(*columns, strict=True)


def _farthest_label(date: np.ndarray, label_end: np.ndarray) -> int:
    """Most bars of one symbol from a date to its ``label_end``, at least 1."""
    in_order = np.all(date[1:] > date[:-1])
    dates, places = (date, np.arange(len(date))) if in_order else np.unique(date, return_inverse=True)
    known = ~np.isnat(label_end)
    ahead = np.searchsorted(dates, label_end[known]) - places[known]
    return int(np.max(ahead, initial=1))
