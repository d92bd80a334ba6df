"""Changes of a table after a date: what nobody can know at that date is removed or altered.

A row after the date is changed as a whole. Of a row up to the date, the label is changed when it ends later.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from signalcli.schemas import CLASS_COLUMNS, PRICES, RESERVED, WEIGHT

Change = Literal["cut", "erase", "up", "down", "features", "labels", "permute", "border"]
LABELS = ("forward_return", "direction", "label_end", WEIGHT)
MARKET = (*PRICES, "volume")
FACTOR = 1000.0  # so large that even a weight of a billionth shows


def later_rows(table: pd.DataFrame, after: np.datetime64) -> np.ndarray:
    """Mask of the rows after a date, bool (n_rows,)."""
    return table["date"].to_numpy() > after


def open_labels(table: pd.DataFrame, after: np.datetime64) -> np.ndarray:
    """Mask of the rows whose label is not known by a date, bool (n_rows,)."""
    if "label_end" not in table:
        return np.zeros(len(table), dtype=bool)
    return ~(table["label_end"].to_numpy() <= after)  # True for NaT


def changed(table: pd.DataFrame, after: np.datetime64, change: Change, seed: int = 0) -> pd.DataFrame:
    """The table as it might have been, had the time after a date gone differently.

    ``cut`` removes the later rows; ``erase`` repeats the last earlier row in their place; ``up`` and ``down``
    multiply their numbers by about 1000 and 1/1000 and turn open labels; ``features`` leaves the labels;
    ``labels`` turns the labels of later rows and ``border`` those of earlier rows that end later; ``permute``
    exchanges labels of later rows with each other.
    """
    later, open_ = later_rows(table, after), open_labels(table, after)
    if change == "cut":
        return _blank_labels(table, open_)[~later].reset_index(drop=True)
    if change == "erase":
        return _erase(_blank_labels(table, open_), later)
    return _altered(table, later, open_, change, seed)


def changed_between(
    table: pd.DataFrame, after: np.datetime64, last: np.datetime64, change: Change
) -> pd.DataFrame:
    """The same for the rows after one date and up to another, and the labels that reach into these bars."""
    dates = table["date"].to_numpy()
    inside = (dates > after) & (dates <= last)
    reaching = open_labels(table, after) & (dates < last) if "label_end" in table else inside
    return _altered(table, inside, reaching, change, seed=0)


def _altered(
    table: pd.DataFrame, later: np.ndarray, open_: np.ndarray, change: Change, seed: int
) -> pd.DataFrame:
    if change == "permute":
        return _permute_labels(table, later, seed)
    if change in {"labels", "border"}:
        return _turn_labels(table, later if change == "labels" else open_ & ~later)
    out = table if change == "features" else _turn_labels(table, open_)
    return scale_rows(out, later, FACTOR if change != "down" else 1 / FACTOR, seed)


def scale_rows(table: pd.DataFrame, rows: np.ndarray, factor: float, seed: int = 0) -> pd.DataFrame:
    """Numbers in some rows multiplied by about ``factor``; probabilities stay between 0 and 1."""
    own = factor * np.exp(np.random.default_rng([seed, len(table)]).normal(0.0, 0.3, len(table)))
    columns: dict[str, Any] = {}
    for name in _numbers(table):
        values = table[name].to_numpy("float64", na_value=np.nan)
        new = _other_probability(values, factor) if name in CLASS_COLUMNS.values() else values * own
        if name not in MARKET and name not in CLASS_COLUMNS.values():
            new = new + 0.01 * own  # zeros move, too
        columns[name] = np.where(rows, new, values)
    return table.assign(**columns)


def _numbers(table: pd.DataFrame) -> list[str]:
    """Columns that a change scales: bars, features, probabilities, what was booked, weights."""
    fixed = (set(RESERVED) - set(MARKET) - set(CLASS_COLUMNS.values()) - {"position", WEIGHT}) | {"direction"}
    return [c for c in table.columns if c not in fixed and table[c].dtype.kind in "fiu"]


def _other_probability(p: np.ndarray, factor: float) -> np.ndarray:
    return 1.0 - p if factor > 1 else p * p


def _erase(table: pd.DataFrame, later: np.ndarray) -> pd.DataFrame:
    """The later rows with the numbers of the last earlier one; what was unknown stays unknown."""
    columns: dict[str, Any] = {}
    for name in _numbers(table):
        values = table[name].to_numpy("float64", na_value=np.nan)
        last = pd.Series(np.where(later, np.nan, values)).groupby(table["symbol"].to_numpy()).ffill()
        columns[name] = np.where(np.isnan(values), np.nan, last.fillna(1.0))
    return table.assign(**columns)


def _blank_labels(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    names = [name for name in ("forward_return", "direction", "label_end") if name in table]
    return table.assign(**{name: table[name].mask(rows) for name in names})


def _turn_labels(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Labels in the other direction: up becomes down."""
    if "direction" not in table:
        return table
    direction = table["direction"].to_numpy("float64", na_value=np.nan)
    turned = -direction if np.any(direction == -1) else 1.0 - direction
    returns = table["forward_return"].to_numpy("float64")
    opposite = np.where(returns == 0, np.where(direction > 0, -1e-6, 1e-6), -1.5 * returns)
    known = rows & np.isfinite(direction)
    return _with_labels(table, np.where(known, turned, direction), np.where(known, opposite, returns))


def _permute_labels(table: pd.DataFrame, rows: np.ndarray, seed: int) -> pd.DataFrame:
    """Known labels among some rows in random order; their ends stay."""
    if "direction" not in table:
        return table
    direction = table["direction"].to_numpy("float64", na_value=np.nan)
    returns = table["forward_return"].to_numpy("float64").copy()
    at = np.flatnonzero(rows & np.isfinite(direction))
    order = np.random.default_rng(seed).permutation(at)
    direction[at], returns[at] = direction[order], returns[order]
    return _with_labels(table, direction, returns)


def _with_labels(table: pd.DataFrame, direction: np.ndarray, returns: np.ndarray) -> pd.DataFrame:
    unknown = np.isnan(direction)
    whole = pd.arrays.IntegerArray(np.where(unknown, 0, direction).astype("int8"), unknown)
    dtype = table["direction"].dtype
    return table.assign(forward_return=returns, direction=pd.Series(whole, table.index).astype(dtype))
