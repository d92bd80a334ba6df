"""Calibration of probabilities: observed frequency against predicted probability, in bins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.reliability import ReliabilityConfig
from signalcli.evaluation.metrics.record import LabelRecord, label_records
from signalcli.evaluation.significance.shares import share_interval
from signalcli.schemas import CLASS_COLUMNS


class Bin(NamedTuple):
    """Rows of similar probability.

    p_low, p_high : edges of the bin. rows : number of rows. mean_p : mean predicted probability.
    share : observed frequency, with its 95 % interval share_low, share_high (`share_interval`).
    """

    p_low: float
    p_high: float
    rows: int
    mean_p: float
    share: float
    share_low: float
    share_high: float


def reliability_table(predictions: pd.DataFrame, config: ReliabilityConfig) -> pd.DataFrame:
    """Calibration of each model; one row a bin with symbol, model (path), direction, and the fields of `Bin`.

    With two classes only up is shown, because down mirrors it. Buy & hold has no probabilities, so no rows.
    Raises DataError for invalid probabilities and prices.
    """
    return reliability_of_records(label_records(predictions), config)


def reliability_of_records(
    records: Iterable[tuple[dict[str, Any], LabelRecord]], config: ReliabilityConfig
) -> pd.DataFrame:
    """Calibration of records with their names, in the columns of `reliability_table`."""
    rows = [
        name | {"direction": int(label)} | bin_._asdict()
        for name, record in records
        for column, label in enumerate(record.classes)
        if label == 1 or len(record.classes) == len(CLASS_COLUMNS)
        for bin_ in _bins(record, label, record.p[:, column], config)
    ]
    columns = [*dict.fromkeys(key for row in rows for key in row)] or ["symbol", "model", *Bin._fields]
    return pd.DataFrame(rows, columns=columns)


def _bins(record: LabelRecord, label: int, p: np.ndarray, config: ReliabilityConfig) -> list[Bin]:
    rows = (record.horizon, record.label_bars)
    return reliability(record.y == label, p, config.bins, config.edges, *rows)


def reliability(
    occurred: np.ndarray,
    p: np.ndarray,
    bins: int,
    edges: str,
    horizon: int = 1,
    label_bars: np.ndarray | None = None,
) -> list[Bin]:
    """Bins in rising order without empty ones.

    occurred : (n,) bool, p : (n,) its predicted probability. ``edges``: ``width`` for bins of equal width
    from 0 to 1, as in `calibration_error`; ``rows`` for bins with equally many rows. A probability on an edge
    belongs to the bin above. ``horizon`` and ``label_bars`` : as in a record. Source: DeGroot and Fienberg
    (1983).
    """
    if not len(p) or np.isnan(p).any():
        return []
    levels = np.arange(bins + 1) / bins  # linspace has .30000000000000004, above a probability of .3
    borders = levels if edges == "width" else np.unique(np.quantile(p, levels))
    place = np.searchsorted(borders[1:-1], p, side="right")
    bars = np.arange(len(p)) if label_bars is None else label_bars
    members = [(k, place == k) for k in np.unique(place)]
    return [
        _make_bin(borders, k, p[m], occurred[m], share_interval(occurred[m], horizon, bars[m]))
        for k, m in members
    ]


def _make_bin(
    borders: np.ndarray, k: int, p: np.ndarray, occurred: np.ndarray, interval: tuple[float, float]
) -> Bin:
    high = borders[min(k + 1, len(borders) - 1)]
    share = int(occurred.sum()) / len(p)
    return Bin(float(borders[k]), float(high), len(p), float(p.mean()), share, *interval)
