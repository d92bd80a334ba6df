"""How the walk-forward judged a model: metrics of its tested rows whose outcome is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.evaluation.metrics import classification
from signalcli.evaluation.significance.paired import wilson

if TYPE_CHECKING:
    import pandas as pd


def scores(predictions: pd.DataFrame | None) -> dict[str, Any]:
    """Rows, share of rows with the right direction and its 95 % interval, Brier score and AUC of p_up.

    predictions : PREDICTIONS of one model, each row once; None, or no outcome known yet, gives nothing.
    """
    if predictions is None:
        return {}
    known = predictions[predictions["direction"].notna()]
    if not len(known):
        return {}
    y, p_up = known["direction"].to_numpy("int64"), known["p_up"].to_numpy("float64")
    hits = int(np.count_nonzero(y == said(known)))
    low, high = wilson(hits, len(y))
    found = {
        "hit_rate": hits / len(y),
        "hit_rate_low": low,
        "hit_rate_high": high,
        "brier": classification.brier(y, p_up),
        "auc": classification.auc(y, p_up),
    }
    return {"rows": len(y)} | {k: float(v) if math.isfinite(v) else None for k, v in found.items()}


def said(predictions: pd.DataFrame) -> np.ndarray:
    """The most probable direction of each row."""
    up = predictions["p_up"].to_numpy("float64")
    if "p_down" not in predictions:
        return np.where(up > 0.5, 1, 0)
    columns = np.column_stack([predictions[c].to_numpy("float64") for c in ("p_down", "p_flat", "p_up")])
    return np.argmax(columns, axis=1) - 1
