"""How the training part was spread: bounds of ten bins of each column and the share of rows in each, as CSV.

What comes later is compared with it (`serving.drift`). The last row is ``p_up``: of the tested rows where the
model was walked forward, else of the rows it was fitted on.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.serving.bundle.manifest_schema import REFERENCE

BINS = 10
P_UP = "p_up"
HEAD = ["column", "rows", *(f"bound{k}" for k in range(1, BINS)), *(f"share{k}" for k in range(BINS))]


class Reference(NamedTuple):
    """Columns with their rows (n,), bounds (n, 9), ascending, and shares (n, 10)."""

    columns: list[str]
    rows: np.ndarray
    bounds: np.ndarray
    shares: np.ndarray


def reference_of(columns: list[str], X: np.ndarray, p_up: np.ndarray) -> Reference:
    """Deciles of the columns of X (n_rows, n_columns) and of p_up; bins of a few values may be empty."""
    values = [*X.T, p_up]
    bounds = np.array([np.quantile(v, np.arange(1, BINS) / BINS) for v in values])
    shares = np.array([shares_in(b, v) for b, v in zip(bounds, values, strict=True)])
    return Reference([*columns, P_UP], np.array([len(v) for v in values]), bounds, shares)


def shares_in(bounds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the values in each bin; a bound belongs to the bin above it."""
    places = np.searchsorted(bounds, values, side="right")
    return np.bincount(places, minlength=len(bounds) + 1) / max(len(values), 1)


def to_bytes(reference: Reference) -> bytes:
    """CSV with the shortest text that reads back to the same bits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for name, rows, *parts in zip(*reference, strict=True):
        writer.writerow([name, int(rows), *(float(v) for part in parts for v in part)])
    return out.getvalue().encode()


def from_bytes(content: bytes, columns: list[str]) -> Reference:
    """What a file holds. Raises DamagedError unless it has the columns, and shares that sum to one."""
    try:
        head, *lines = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        names = [line[0] for line in lines]
        numbers = np.array([line[1:] for line in lines], dtype="float64")
    except (ValueError, IndexError, csv.Error) as error:
        raise DamagedError(f"{REFERENCE} is not a table of numbers") from error
    if head != HEAD or names != [*columns, P_UP] or numbers.shape != (len(names), len(HEAD) - 1):
        raise DamagedError(f"{REFERENCE} does not have the columns of this model")
    rows, bounds, shares = numbers[:, 0], numbers[:, 1:BINS], numbers[:, BINS:]
    sound = np.isfinite(numbers).all() and (rows >= 1).all() and (np.diff(bounds) >= 0).all()
    if not (sound and (shares >= 0).all() and np.allclose(shares.sum(axis=1), 1.0)):
        raise DamagedError(f"{REFERENCE} holds what is no distribution")
    return Reference(names, rows, bounds, shares)
