"""Sample weights by label uniqueness: labels over the same bars share information.

Source: López de Prado 2018, chapter 4.
"""

from __future__ import annotations

import numpy as np


def average_uniqueness(span: np.ndarray, close: np.ndarray, horizon: int) -> np.ndarray:
    """Mean of 1 / (number of labels over a bar), over the bars of a label; NaN until resolved.

    Arrays are (bars, symbols); a column ends where ``close`` becomes NaN. An unresolved label counts over
    the bars it has so far, so that a weight does not change when more bars arrive.
    """
    rows = np.arange(len(span)).reshape(-1, *[1] * (span.ndim - 1))
    last = np.isfinite(close).sum(axis=0) - 1
    resolved = np.isfinite(span)
    open_end = np.where(rows + horizon > last, last, rows)
    end = np.where(resolved, rows + np.where(resolved, span, 0.0), np.maximum(open_end, rows)).astype("int64")
    share = 1.0 / np.maximum(_concurrent_labels(end, rows, horizon), 1)
    total = np.zeros(span.shape)
    for k in range(1, min(horizon + 1, len(span))):
        total[:-k] += np.where(rows[:-k] + k <= end[:-k], share[k:], 0.0)
    return np.where(resolved, total / np.where(resolved, span, 1.0), np.nan)


def _concurrent_labels(end: np.ndarray, rows: np.ndarray, horizon: int) -> np.ndarray:
    """Number of labels over each bar."""
    count = np.zeros(end.shape, "int64")
    for k in range(1, min(horizon + 1, len(end))):
        count[k:] += rows[:-k] + k <= end[:-k]
    return count
