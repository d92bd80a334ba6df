"""Distribution of the training data: bounds of ten bins a column, and the share of rows in each, as CSV.

`signalcli.serving.drift` compares live data with it. The last row is ``p_up``: of the test rows of the
walk-forward, or of the training rows when there was none.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.serving.bundle.manifest_schema import DISTRIBUTION

BINS = 10
P_UP = "p_up"
HEAD = ["column", "rows", *(f"bound{k}" for k in range(1, BINS)), *(f"share{k}" for k in range(BINS))]


class Distribution(NamedTuple):
    """Columns, their numbers of rows (n,), ascending bounds (n, 9) and shares (n, 10)."""

    columns: list[str]
    rows: np.ndarray
    bounds: np.ndarray
    shares: np.ndarray


def measure_distribution(columns: list[str], X: np.ndarray, p_up: np.ndarray) -> Distribution:
    """Deciles of the columns of X (n_rows, n_columns) and p_up; bins of few distinct values may be empty."""
    values = [*X.T, p_up]
    bounds = np.array([np.quantile(v, np.arange(1, BINS) / BINS) for v in values])
    shares = np.array([shares_in(b, v) for b, v in zip(bounds, values, strict=True)])
    return Distribution([*columns, P_UP], np.array([len(v) for v in values]), bounds, shares)


def shares_in(bounds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the values in each bin; a bound belongs to the bin above it."""
    places = np.searchsorted(bounds, values, side="right")
    return np.bincount(places, minlength=len(bounds) + 1) / max(len(values), 1)


def to_bytes(distribution: Distribution) -> bytes:
    """CSV with the shortest text that reads back to the same bits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for name, rows, *parts in zip(*distribution, strict=True):
        writer.writerow([name, int(rows), *(float(v) for part in parts for v in part)])
    return out.getvalue().encode()


def from_bytes(content: bytes, columns: list[str]) -> Distribution:
    """Content of a file. Raises DamagedError unless it has the columns, and shares that sum to one."""
    try:
        head, *lines = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        names = [line[0] for line in lines]
        numbers = np.array([line[1:] for line in lines], dtype="float64")
    except (ValueError, IndexError, csv.Error) as error:
        raise DamagedError(f"{DISTRIBUTION} is not a table of numbers") from error
    if head != HEAD or names != [*columns, P_UP] or numbers.shape != (len(names), len(HEAD) - 1):
        raise DamagedError(f"{DISTRIBUTION} does not have the columns of this model")
    rows, bounds, shares = numbers[:, 0], numbers[:, 1:BINS], numbers[:, BINS:]
    valid = np.isfinite(numbers).all() and (rows >= 1).all() and (np.diff(bounds) >= 0).all()
    if not (valid and (shares >= 0).all() and np.allclose(shares.sum(axis=1), 1.0)):
        raise DamagedError(f"{DISTRIBUTION} contains values that are no distribution")
    return Distribution(names, rows, bounds, shares)
