"""How much of a label is its own: labels that span the same bars say the same thing (López de Prado 2018)."""

from __future__ import annotations

import numpy as np


def uniqueness(span: np.ndarray, close: np.ndarray, horizon: int) -> np.ndarray:
    """Mean of 1 / the number of labels that span a bar, over the bars of a label; NaN while unresolved.

    A label that is not resolved yet spans what there is of its bars, so that a weight does not change when
    more bars come. Arrays are (bars, symbols); a column ends where ``close`` becomes NaN.
    """
    rows = np.arange(len(span)).reshape(-1, *[1] * (span.ndim - 1))
    last = np.isfinite(close).sum(axis=0) - 1
    resolved = np.isfinite(span)
    open_end = np.where(rows + horizon > last, last, rows)
    end = np.where(resolved, rows + np.where(resolved, span, 0.0), np.maximum(open_end, rows)).astype("int64")
    share = 1.0 / np.maximum(_concurrent(end, rows, horizon), 1)
    total = np.zeros(span.shape)
    for k in range(1, min(horizon + 1, len(span))):
        total[:-k] += np.where(rows[:-k] + k <= end[:-k], share[k:], 0.0)
    return np.where(resolved, total / np.where(resolved, span, 1.0), np.nan)


def _concurrent(end: np.ndarray, rows: np.ndarray, horizon: int) -> np.ndarray:
    """Labels that span each bar."""
    count = np.zeros(end.shape, "int64")
    for k in range(1, min(horizon + 1, len(end))):
        count[k:] += rows[:-k] + k <= end[:-k]
    return count
