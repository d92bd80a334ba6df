"""The columns of a target: return, direction, and the date at which both are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.labels.next_return import Target, next_direction
from signalcli.features.labels.trend_scan import trend_scan
from signalcli.features.labels.triple_barrier import triple_barrier
from signalcli.features.timeseries.panel import Panel

if TYPE_CHECKING:
    import pandas as pd

TARGETS: dict[str, Callable[[Panel, FeatureConfig], Target]] = {
    "direction": next_direction,
    "dead-zone": next_direction,
    "triple-barrier": triple_barrier,
    "trend-scan": trend_scan,
}


def label_columns(dates: np.ndarray, target: Target, weight: np.ndarray | None = None) -> pd.DataFrame:
    """``forward_return``, ``direction`` and ``label_end`` of a flat table; ``weight`` if there is one."""
    import pandas as pd

    known = np.isfinite(target.direction)
    marks = pd.arrays.IntegerArray(np.where(known, target.direction, 0).astype("int8"), ~known)
    return pd.DataFrame(
        {
            "forward_return": target.forward_return,
            "direction": marks,
            "label_end": label_end(dates, target.span),
        }
        | ({} if weight is None else {"weight": weight})
    )


def label_end(dates: np.ndarray, span: np.ndarray) -> np.ndarray:
    """The date ``span`` rows on; NaT where the span is unknown."""
    known = np.isfinite(span)
    rows = np.arange(len(dates)) + np.where(known, span, 0).astype("int64")
    return np.where(known, dates[rows], np.datetime64("NaT"))
