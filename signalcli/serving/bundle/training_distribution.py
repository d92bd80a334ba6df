"""Distribution of the training data: bounds of ten bins a column, the share of rows in each, and its drift.

`signalcli.serving.drift` compares live data with it. The last row is ``p_up``: of the test rows of the
walk-forward, or of the training rows when there was none.

Rows of a time series are dependent: a month of a slow feature lies in two or three bins although nothing has
changed. So the index of live rows is compared with that of stretches: rows in a row of one symbol, each
compared with all other training rows. The file holds its mean and standard deviation for stretches of
1, 2, 4, … rows. Each fold of the walk-forward has a model of its own, so a stretch of p_up lies in one fold.
"""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

import numpy as np

from signalcli.io.folders import DamagedError
from signalcli.serving.bundle.manifest_schema import DISTRIBUTION

BINS = 10
P_UP = "p_up"
LENGTHS = 2 ** np.arange(16)  # rows of a stretch
OVERLAP = 4  # stretches over each row: more of them say little more
HEAD = [
    "column", "rows", "models", *(f"bound{k}" for k in range(1, BINS)), *(f"share{k}" for k in range(BINS)),
    *(f"mean{n}" for n in LENGTHS), *(f"sd{n}" for n in LENGTHS),
]  # fmt: skip
_PARTS = np.cumsum([BINS - 1, BINS, len(LENGTHS)])


class Distribution(NamedTuple):
    """Columns, their numbers of rows (n,), ascending bounds (n, 9) and shares (n, 10).

    ``models`` (n,) is how many models made the values of a column: 0 for a feature.
    ``means`` and ``sds`` (n, 16) are those of the population stability index of stretches of `LENGTHS` rows;
    a length that is more than half of the rows of a group has those of the longest that is not.
    """

    columns: list[str]
    rows: np.ndarray
    models: np.ndarray
    bounds: np.ndarray
    shares: np.ndarray
    means: np.ndarray
    sds: np.ndarray


class Sample(NamedTuple):
    """Values (n_rows, n_columns) in order of date, the group of each row, and how many models made them.

    A group is a symbol, or a symbol in a fold; no stretch crosses two.
    """

    values: np.ndarray
    groups: np.ndarray
    models: int = 0


def measure_distribution(columns: list[str], inputs: Sample, p_up: Sample) -> Distribution:
    """Bins of the columns of a model and of its p_up; those of few distinct values may be empty."""
    measured = [
        (len(v), sample.models, *_measure(v, sample.groups))
        for sample in (inputs, p_up)
        for v in sample.values.T
    ]
    return Distribution([*columns, P_UP], *map(np.array, zip(*measured, strict=True)))


def _measure(values: np.ndarray, groups: np.ndarray) -> tuple[Any, ...]:
    """Bounds, shares, means and standard deviations of one column."""
    bounds = _bounds(values)
    return bounds, shares_in(bounds, values), *_stretches(bounds, values, groups)


def _bounds(values: np.ndarray) -> np.ndarray:
    """Deciles, ascending, (9,); a value that is several of them has a bin of its own.

    Else what lies above a value of most rows, such as a signal that is rarely above 0, would be in its bin.
    """
    deciles = np.quantile(values, np.arange(1, BINS) / BINS)
    repeated = np.append(False, deciles[1:] == deciles[:-1])
    last = repeated & np.append(deciles[1:] != deciles[:-1], True)
    return np.where(last, np.nextafter(deciles, np.inf), deciles)


def shares_in(bounds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the values in each bin; a bound belongs to the bin above it."""
    return np.bincount(_bins(bounds, values), minlength=BINS) / max(len(values), 1)


def _bins(bounds: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.searchsorted(bounds, values, side="right")


def psi(live: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Population stability index of counts (…, n_bins): Σ (live - training) · ln(live / training) of shares.

    Half a row is added to each bin that is not empty in both, so that no logarithm is infinite.
    """
    used = (live > 0) | (training > 0)
    one, other = (np.where(used, counts + 0.5, 0.0) for counts in (live, training))
    one, other = (part / part.sum(axis=-1, keepdims=True) for part in (one, other))
    ratio = np.log(np.where(used, one, 1.0) / np.where(used, other, 1.0))
    return np.sum((one - other) * ratio, axis=-1)


def _stretches(bounds: np.ndarray, values: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the index of stretches of `LENGTHS` rows."""
    places = _bins(bounds, values)
    by_group = [_running_counts(places[groups == group]) for group in np.unique(groups)]
    total = np.bincount(places, minlength=BINS)
    means, sds = np.zeros(len(LENGTHS)), np.zeros(len(LENGTHS))
    for k, length in enumerate(LENGTHS):
        counts = np.concatenate([_counts(running, int(length)) for running in by_group])
        if len(counts):
            index = psi(counts, total - counts)
            means[k], sds[k] = index.mean(), index.std()
        else:
            means[k], sds[k] = means[k - 1], sds[k - 1]
    return means, sds


def _running_counts(places: np.ndarray) -> np.ndarray:
    """Rows in each bin before each row, (n_rows + 1, n_bins)."""
    counts = np.zeros((len(places) + 1, BINS), "int64")
    np.cumsum(places[:, None] == np.arange(BINS), axis=0, out=counts[1:])
    return counts


def _counts(running: np.ndarray, length: int) -> np.ndarray:
    """Rows in each bin of the stretches of a group; none if they are longer than half of its rows."""
    rows = len(running) - 1
    first = np.arange(0, rows - length + 1, max(length // OVERLAP, 1)) if 2 * length <= rows else np.arange(0)
    return running[first + length] - running[first]


def to_bytes(distribution: Distribution) -> bytes:
    """CSV with the shortest text that reads back to the same bits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for name, rows, models, *parts in zip(*distribution, strict=True):
        writer.writerow([name, int(rows), int(models), *(float(v) for part in parts for v in part)])
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
    rows, models = numbers[:, :2].T
    bounds, shares, means, sds = np.split(numbers[:, 2:], _PARTS, axis=1)
    valid = (
        np.isfinite(numbers).all()
        and (rows >= 1).all()
        and (models >= 0).all()
        and (np.diff(bounds) >= 0).all()
    )
    valid = valid and (shares >= 0).all() and (means >= 0).all() and (sds >= 0).all()
    if not (valid and np.allclose(shares.sum(axis=1), 1.0)):
        raise DamagedError(f"{DISTRIBUTION} contains values that are no distribution")
    return Distribution(names, rows, models, bounds, shares, means, sds)
