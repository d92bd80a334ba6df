"""The label columns of FEATURES: forward return, direction, label end and weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from signalcli.config.features import CROSS_RANK, FeatureConfig
from signalcli.features.labels.next_return import Labels, label_next_return
from signalcli.features.labels.trend_scan import label_trend_scan
from signalcli.features.labels.triple_barrier import label_triple_barrier
from signalcli.features.timeseries.panel import Panel
from signalcli.schemas import HORIZON

LABELERS: dict[str, Callable[[Panel, FeatureConfig], Labels]] = {
    "direction": label_next_return,
    "dead-zone": label_next_return,
    "triple-barrier": label_triple_barrier,
    "trend-scan": label_trend_scan,
    CROSS_RANK: label_next_return,  # compared in `label_columns`' table, where all symbols are
}


def label_columns(
    dates: np.ndarray, labels: Labels, horizon: int, weight: np.ndarray | None = None
) -> pd.DataFrame:
    """``forward_return``, ``direction``, ``label_end``, ``horizon`` and, if given, ``weight``."""
    known = np.isfinite(labels.direction)
    direction = pd.arrays.IntegerArray(np.where(known, labels.direction, 0).astype("int8"), ~known)
    columns = {
        "forward_return": labels.forward_return,
        "direction": direction,
        "label_end": label_end(dates, labels.span),
        HORIZON: np.full(len(dates), horizon),
    }
    return pd.DataFrame(columns | ({} if weight is None else {"weight": weight}))


def label_end(dates: np.ndarray, span: np.ndarray) -> np.ndarray:
    """The date ``span`` rows later; NaT where the span is unknown."""
    known = np.isfinite(span)
    rows = np.arange(len(dates)) + np.where(known, span, 0).astype("int64")
    return np.where(known, dates[rows], np.datetime64("NaT"))
