"""What was said beside what came: rows put together by their probability."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from signalcli.evaluation.significance.paired import wilson


class Bin(NamedTuple):
    """Rows of similar probability.

    p_low, p_high : the bin. rows : how many. mean_p : what was said on average. share : how often it came
    true, with its 95 % Wilson interval share_low, share_high.
    """

    p_low: float
    p_high: float
    rows: int
    mean_p: float
    share: float
    share_low: float
    share_high: float


def reliability(came: np.ndarray, p: np.ndarray, bins: int, edges: str) -> list[Bin]:
    """Bins in rising order, empty ones left out.

    came (n,) bool, p (n,) the probability given to it. ``edges``: ``width`` makes bins equally wide from 0 to
    1, as `calibration_error` does, ``rows`` makes them hold equally many rows. A probability on an edge
    belongs to the bin above. Source: DeGroot and Fienberg (1983).
    """
    if not len(p) or np.isnan(p).any():
        return []
    levels = np.linspace(0, 1, bins + 1)
    borders = levels if edges == "width" else np.unique(np.quantile(p, levels))
    place = np.searchsorted(borders[1:-1], p, side="right")
    return [_bin(borders, k, came[place == k], p[place == k]) for k in np.unique(place)]


def _bin(borders: np.ndarray, k: int, came: np.ndarray, p: np.ndarray) -> Bin:
    hits = int(came.sum())
    high = borders[min(k + 1, len(borders) - 1)]
    said, found = float(p.mean()), hits / len(p)
    return Bin(float(borders[k]), float(high), len(p), said, found, *wilson(hits, len(p)))
