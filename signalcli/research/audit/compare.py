"""Two tables compared bit by bit: where a row of the one is another in the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.research.audit.change import LABELS
from signalcli.schemas import PATH

ROW = "(row)"  # column of a finding about a row that is missing
ROUNDING = 1e-12  # of a value and of its column's mean magnitude
KEYS = ("symbol", "date", "model", "fold", PATH)
IGNORED = {*KEYS, "horizon", "valid_from", "valid_until"}


class Snapshot(NamedTuple):
    """A table as arrays: its keys, its numbers, and when its labels are known.

    index : keys of the rows. dates : (n_rows,). numbers : columns as float64 or int64 arrays.
    label_end : (n_rows,) or None.
    """

    index: pd.MultiIndex
    dates: np.ndarray
    numbers: dict[str, np.ndarray]
    label_end: np.ndarray | None

    def take(self, rows: np.ndarray) -> Snapshot:
        """Some of the rows."""
        ends = None if self.label_end is None else self.label_end[rows]
        numbers = {name: values[rows] for name, values in self.numbers.items()}
        return Snapshot(self.index[rows], self.dates[rows], numbers, ends)

    def earliest(self, rows: np.ndarray) -> int:
        """The one of these rows with the earliest date, whatever its symbol; of several the first."""
        return int(rows[np.argmin(self.dates[rows])])


def snapshot(table: pd.DataFrame) -> Snapshot:
    """The arrays of a table."""
    keys = [name for name in KEYS if name in table]
    index = pd.MultiIndex.from_frame(table[keys])
    numbers = {name: as_numbers(table[name]) for name in table.columns if name not in IGNORED}
    ends = table["label_end"].to_numpy() if "label_end" in table else None
    known = {name: values for name, values in numbers.items() if values is not None}
    return Snapshot(index, table["date"].to_numpy(), known, ends)


def as_numbers(column: pd.Series[object]) -> np.ndarray | None:
    """Values as numbers; None for text."""
    if column.dtype.kind == "M":
        return column.to_numpy("datetime64[us]").view("int64")
    if column.dtype.kind in "fiub":
        return column.to_numpy("float64", na_value=np.nan)
    return None


def moved(
    base: Snapshot, other: Snapshot, until: np.datetime64, *, rounding: bool = False
) -> dict[str, np.ndarray]:
    """Rows of ``base``, by column, that differ in ``other`` though they were known by ``until``.

    A label counts as known from its end on, every other value from the date of its row on. Rows that
    ``other`` lacks are found under `ROW`. With ``rounding`` a difference in the last bits is none: tables of
    other lengths may be summed in another order.
    """
    due = base.dates <= until
    at = np.flatnonzero(due)
    place = _places(base, other, at)
    missing, at, place = at[place < 0], at[place >= 0], place[place >= 0]
    out = {ROW: missing} if len(missing) else {}
    labels_due = due[at] if base.label_end is None else (base.label_end <= until)[at]
    for name, values in base.numbers.items():
        differs = differing(values[at], _taken(other, name, place), values if rounding else None)
        differs = differs & labels_due if name in LABELS else differs
        if differs.any():
            out[name] = at[differs]
    return out


def _places(base: Snapshot, other: Snapshot, at: np.ndarray) -> np.ndarray:
    """Row of ``other`` for each of the rows ``at`` of ``base``; -1 where there is none."""
    wanted = base.index[at]
    if len(other.index) >= len(wanted) and other.index[: len(wanted)].equals(wanted):
        return np.arange(len(wanted))
    if not other.index.is_unique:
        first = ~other.index.duplicated()
        places: np.ndarray = np.flatnonzero(first)
        found = other.index[first].get_indexer(wanted)
        return np.where(found < 0, -1, places[found])
    return np.asarray(other.index.get_indexer(wanted))


def _taken(other: Snapshot, name: str, place: np.ndarray) -> np.ndarray | None:
    return other.numbers[name][place] if name in other.numbers else None


def differing(old: np.ndarray, new: np.ndarray | None, column: np.ndarray | None = None) -> np.ndarray:
    """Which values differ, bit by bit; with a whole ``column``, by more than rounding explains."""
    if new is None:
        return ~np.isnan(old) if old.dtype.kind == "f" else np.ones(len(old), dtype=bool)
    same = old == new
    if old.dtype.kind != "f" or new.dtype.kind != "f":
        return ~same
    same |= np.isnan(old) & np.isnan(new)
    if column is not None and not same.all():
        usual = np.mean(np.abs(column), where=np.isfinite(column)) if np.isfinite(column).any() else 0.0
        same |= np.abs(old - new) <= ROUNDING * (np.abs(old) + usual)
    return ~same


def early_labels(base: Snapshot, other: Snapshot, until: np.datetime64) -> np.ndarray:
    """Rows of ``base`` whose label is known in ``other``, which ends at ``until``, before it can be."""
    if base.label_end is None or "direction" not in other.numbers:
        return np.zeros(0, "int64")
    at = np.flatnonzero((base.dates <= until) & ~(base.label_end <= until))
    place = _places(base, other, at)
    at, place = at[place >= 0], place[place >= 0]
    return at[np.isfinite(other.numbers["direction"][place])]
