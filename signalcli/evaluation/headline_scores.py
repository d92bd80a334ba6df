"""Headline scores of a model on the tested rows whose label is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.classification import auc, brier
from signalcli.evaluation.significance.paired import wilson


def headline_scores(predictions: pd.DataFrame | None) -> dict[str, Any]:
    """Rows, accuracy (``hit_rate``) with its 95 % interval, Brier score and AUC of p_up.

    predictions : PREDICTIONS of one model, each row once. Empty for None, or if no label is known.
    """
    if predictions is None:
        return {}
    resolved = predictions[predictions["direction"].notna()]
    if not len(resolved):
        return {}
    y, p_up = resolved["direction"].to_numpy("int64"), resolved["p_up"].to_numpy("float64")
    hits = int(np.count_nonzero(y == _most_probable(resolved)))
    low, high = wilson(hits, len(y))
    scores = {
        "hit_rate": hits / len(y),
        "hit_rate_low": low,
        "hit_rate_high": high,
        "brier": brier(y, p_up),
        "auc": auc(y, p_up),
    }
    return {"rows": len(y)} | {k: float(v) if math.isfinite(v) else None for k, v in scores.items()}


def _most_probable(predictions: pd.DataFrame) -> np.ndarray:
    """Most probable direction of each row."""
    up = predictions["p_up"].to_numpy("float64")
    if "p_down" not in predictions:
        return np.where(up > 0.5, 1, 0)
    columns = np.column_stack([predictions[c].to_numpy("float64") for c in ("p_down", "p_flat", "p_up")])
    return np.argmax(columns, axis=1) - 1
