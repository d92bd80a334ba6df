"""Headline scores of a model on the tested rows whose label is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.classification import auc, brier
from signalcli.evaluation.significance.shares import share_interval
from signalcli.features.labels.overlap import horizon


def headline_scores(predictions: pd.DataFrame | None) -> dict[str, Any]:
    """Rows, accuracy (``hit_rate``) with its 95 % interval, Brier score and AUC of p_up.

    predictions : PREDICTIONS of one model, each row once. Empty for None, or if no row has both a forecast
    and a known label.
    """
    if predictions is None:
        return {}
    resolved = predictions[predictions["direction"].notna() & predictions["p_up"].notna()]
    if not len(resolved):
        return {}
    y, p_up = resolved["direction"].to_numpy("int64"), resolved["p_up"].to_numpy("float64")
    correct = y == _most_probable(resolved)
    low, high = share_interval(correct, horizon(predictions), _bars(predictions, resolved))
    scores = {
        "hit_rate": int(np.count_nonzero(correct)) / len(y),
        "hit_rate_low": low,
        "hit_rate_high": high,
        "brier": brier(y, p_up),
        "auc": auc(y, p_up),
    }
    return {"rows": len(y)} | {k: float(v) if math.isfinite(v) else None for k, v in scores.items()}


def _bars(predictions: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Number of the bar of some rows among all dates."""
    return np.searchsorted(np.unique(predictions["date"].to_numpy()), rows["date"].to_numpy())


def _most_probable(predictions: pd.DataFrame) -> np.ndarray:
    """Most probable direction of each row."""
    up = predictions["p_up"].to_numpy("float64")
    if "p_down" not in predictions:
        return np.where(up > 0.5, 1, 0)
    columns = np.column_stack([predictions[c].to_numpy("float64") for c in ("p_down", "p_flat", "p_up")])
    return np.argmax(columns, axis=1) - 1
