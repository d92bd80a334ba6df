"""How much columns know of a target: rank correlation, and the best split in two by a threshold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

CUTS = np.arange(1, 10) / 10  # shares of the rows below the thresholds that are tried
SMALLEST = 10  # rows on the smaller side of a split
TRIED = 1 + len(CUTS)  # statistics of each column


class Association(NamedTuple):
    """Of each column its rank correlation with a target, that or its best split, and the rows it rests on.

    Both are correlations: of the target with the column's ranks, and with a column that is 1 above the
    threshold. When the target is shuffled, each has mean 0 and variance 1 / (rows - 1), whatever ties and
    distribution the column has (Hoeffding 1951), so that its chance limit needs no simulation.
    """

    rank: np.ndarray
    best: np.ndarray
    rows: np.ndarray


def associate(columns: pd.DataFrame, target: np.ndarray) -> Association:
    """The association of columns, NaN where unknown, with a target, NaN where a row is not used."""
    used = np.isfinite(target)
    ranks = columns[used].rank(pct=True).to_numpy("float64")
    known = np.isfinite(ranks)
    rows = known.sum(axis=0)
    y = np.where(known, target[used][:, np.newaxis], 0.0)
    y = np.where(known, y - y.sum(axis=0) / np.maximum(rows, 1), 0.0)
    tried = [_correlations(np.where(known, ranks, 0.0), known, y)]
    for cut in CUTS:
        below = known & (ranks <= cut)
        size = np.minimum(below.sum(axis=0), rows - below.sum(axis=0))
        tried.append(np.where(size >= SMALLEST, -_correlations(below.astype(float), known, y), 0.0))
    every = np.array(tried)
    best = np.abs(every).argmax(axis=0)
    return Association(every[0], every[best, np.arange(every.shape[1])], rows)


def _correlations(x: np.ndarray, known: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Correlation of each column of ``x`` with that of ``y``, which has mean 0; 0 for a constant one."""
    rows = np.maximum(known.sum(axis=0), 1)
    centered = np.where(known, x - x.sum(axis=0) / rows, 0.0)
    scale = np.sqrt((centered**2).sum(axis=0) * (y**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 1e-9, (centered * y).sum(axis=0) / scale, 0.0)
