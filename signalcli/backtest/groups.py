"""The runs of a table: which rows are of one model on one symbol, without walking through them one by one."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Rows = np.ndarray | slice


class Runs(NamedTuple):
    """How a table falls into runs.

    ``order`` puts the rows of each run together, runs sorted by name and rows as they stood; ``borders``
    (n_runs + 1,) are the places in that order where runs begin, and ``names`` their keys.
    """

    order: Rows
    borders: np.ndarray
    names: list[tuple[Any, ...]]

    def rows(self, first: int, behind: int) -> Rows:
        """The rows in the table of some runs; a slice where they stand together."""
        part = slice(int(self.borders[first]), int(self.borders[behind]))
        return part if isinstance(self.order, slice) else self.order[part]

    def each(self) -> Iterator[Rows]:
        """The rows of each run."""
        return (self.rows(i, i + 1) for i in range(len(self.names)))

    def batches(self, rows: int) -> Iterator[tuple[int, int]]:
        """Batches of so many rows or more, the last of less: the first run, and the one behind the last."""
        first = 0
        for behind in range(1, len(self.names) + 1):
            if behind == len(self.names) or self.borders[behind] - self.borders[first] >= rows:
                yield first, behind
                first = behind


def runs(table: pd.DataFrame, keys: list[str]) -> Runs:
    """Runs of a table, which has rows, by these columns."""
    heads = np.flatnonzero(functools.reduce(np.logical_or, (_changes(table[key]) for key in keys)))
    of_heads = _codes(table[keys].iloc[heads]) if len(heads) < len(table) else np.zeros(len(table))
    if np.all(of_heads[1:] > of_heads[:-1]):
        return Runs(slice(None), np.append(heads, len(table)), _names(table, keys, heads))
    code = _codes(table[keys])
    order = np.argsort(code, kind="stable")
    borders = np.flatnonzero(np.diff(code[order], prepend=-1, append=-1))
    return Runs(order, borders, _names(table, keys, order[borders[:-1]]))


def _changes(column: pd.Series[Any]) -> np.ndarray:
    """Whether each row differs from the one before; the first does."""
    values = column.array
    changed = np.ones(len(column), dtype=bool)
    changed[1:] = np.asarray(values[1:] != values[:-1], dtype=bool)
    return changed


def _codes(keys: pd.DataFrame) -> np.ndarray:
    """A number for each row that sorts as its keys do.

    Each key is looked up once for every stretch of equal ones: text is slow to compare.
    """
    import pandas as pd

    code = np.zeros(len(keys), dtype="int64")
    for key in keys:
        column = keys[key]
        heads = np.flatnonzero(_changes(column))
        of_heads, values = pd.factorize(column.iloc[heads], sort=True)
        code = code * len(values) + np.repeat(of_heads, np.diff(heads, append=len(keys)))
    return code


def _names(table: pd.DataFrame, keys: list[str], rows: np.ndarray) -> list[tuple[Any, ...]]:
    return list(table[keys].iloc[rows].itertuples(index=False, name=None))
