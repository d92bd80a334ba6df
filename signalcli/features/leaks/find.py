"""Find the columns of FEATURES whose values know the next return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.features.leaks.association import TRIED, Association, associate
from signalcli.features.leaks.computed import computed_columns
from signalcli.features.leaks.copies import copies
from signalcli.features.leaks.targets import FEWEST, relative_returns, targets, without_past
from signalcli.features.leaks.views import VIEWS, views

STRONG = 0.2  # correlation with the next return that an honest feature of a market stays below
CHANCE = 1e-3  # probability that a table without a leak is accused, however many columns it has
SHIFTS = 99  # displacements of a suspect in time, of which none may agree as well
CELLS = 20_000_000  # of a larger table, the newest rows of each symbol are looked at


class Leak(NamedTuple):
    """A column, and in words what it knows."""

    column: str
    what: str


class Beside(NamedTuple):
    """One view of the columns of a symbol, and what is left of a target without the past."""

    symbol: str
    kind: tuple[str, int]
    values: pd.DataFrame
    target: np.ndarray
    association: Association


def find_leaks(features: pd.DataFrame, columns: Sequence[str]) -> list[Leak]:
    """Leaks among numeric columns of a FEATURES table, in the order of ``columns``.

    A column is a leak when it repeats the next bar, or when its correlation with the next return, beyond what
    past bars say, is stronger than that of an honest feature and than chance allows: in one symbol, or in all
    together. Chance is the same table with its returns shuffled, or displaced in time. A column that is
    computed from the bars of the table is none.
    """
    table = _newest(features, len(columns))
    computed = computed_columns(table, columns)
    columns = [name for name in columns if name not in computed]
    if not columns:
        return []
    relative = relative_returns(table)
    limit = Limit(len(columns) * table["symbol"].nunique())
    found: dict[str, str] = {}
    pool: dict[tuple[str, int], list[Association]] = {}
    for symbol, rows in table.groupby("symbol", sort=True):
        inputs = rows[columns].astype("float64")
        found |= {name: what for name, what in copies(rows, inputs) if name not in found}
        for beside in _sides(str(symbol), rows, inputs, relative.loc[rows.index].to_numpy()):
            found = dict(_suspects(beside, limit)) | found
            pool.setdefault(beside.kind, []).append(beside.association)
    if table["symbol"].nunique() > 1:
        for kind, parts in pool.items():
            found = dict(_pooled(columns, kind[0], parts, limit)) | found
    return [Leak(name, found[name]) for name in columns if name in found]


class Limit:
    """The correlation that one of ``columns`` must exceed, of all that are tried."""

    def __init__(self, columns: int) -> None:
        tests = max(columns, 1) * VIEWS * TRIED
        self.deviations = NormalDist().inv_cdf(1 - CHANCE / (2 * tests))

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Chance limit for numbers of rows, above that of an honest feature."""
        return np.maximum(self.deviations / np.sqrt(np.maximum(rows - 1, 1)), STRONG)


def _newest(features: pd.DataFrame, columns: int) -> pd.DataFrame:
    """Rows by symbol and date, at most as many as fit into `CELLS`."""
    table = features.sort_values(["symbol", "date"], kind="stable", ignore_index=True)
    rows = max(CELLS // max(columns * table["symbol"].nunique(), 1), 250)
    if len(table) * columns <= CELLS:
        return table
    return table.groupby("symbol").tail(rows).reset_index(drop=True)


def _sides(symbol: str, rows: pd.DataFrame, inputs: pd.DataFrame, relative: np.ndarray) -> Iterator[Beside]:
    """Every view of the columns beside every target."""
    seen = views(inputs, rows["close"].to_numpy("float64"))
    for name, target in targets(rows, relative):
        if np.isfinite(target).sum() < FEWEST:
            continue
        rest = without_past(target, rows)
        for number, values in enumerate(seen):
            yield Beside(symbol, (name, number), values, rest, associate(values, rest))


def _suspects(beside: Beside, limit: Limit) -> Iterator[tuple[str, str]]:
    """Columns that agree with the target more than chance allows, shuffled and displaced."""
    best, rows = beside.association.best, beside.association.rows
    allowed = limit.of(rows)
    for i in np.flatnonzero((np.abs(best) > allowed) & (rows >= FEWEST)):
        column = beside.values.iloc[:, i]
        if abs(best[i]) > _displaced(column, beside.target):
            where = f"{rows[i]:,} rows of {beside.symbol}"
            yield str(column.name), _words(beside.kind[0], best[i], where, allowed[i])


def _displaced(column: pd.Series[float], target: np.ndarray) -> float:
    """Largest association of a column that is moved against the target by a tenth of the rows or more.

    Series that persist, or repeat, agree with each other by chance more than shuffled ones do.
    """
    shifts = np.unique(np.linspace(len(column) / 10, len(column) * 9 / 10, SHIFTS).astype(int))
    moved = pd.DataFrame({shift: np.roll(column.to_numpy(), shift) for shift in shifts})
    return float(np.abs(associate(moved, target).best).max())


def _pooled(
    columns: list[str], name: str, parts: list[Association], limit: Limit
) -> Iterator[tuple[str, str]]:
    """Columns that agree in all symbols together; symbols move together, so each date counts once."""
    rows = np.array([part.rows for part in parts])
    total, dates = rows.sum(axis=0), rows.max(axis=0)
    mean = (np.array([part.rank for part in parts]) * rows).sum(axis=0) / np.maximum(total, 1)
    allowed = limit.of(dates)
    for i in np.flatnonzero((np.abs(mean) > allowed) & (dates >= FEWEST)):
        yield columns[i], _words(name, mean[i], f"{total[i]:,} rows of {len(parts)} symbols", allowed[i])


def _words(target: str, correlation: float, where: str, allowed: float) -> str:
    return f"knows the {target} (correlation {correlation:.2f} in {where}; chance stays below {allowed:.2f})"
