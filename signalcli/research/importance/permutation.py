"""Importance by permutation: how much worse a score gets when columns are shuffled.

Source: Breiman (2001), Random forests; Fisher, Rudin and Dominici (2019), All models are wrong, but many are
useful.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from signalcli.research.importance.scores import loss


def permutation_importance(
    estimator: Any,
    X: np.ndarray,
    y: np.ndarray,
    columns: Sequence[int],
    orders: Iterable[np.ndarray],
    score: str = "log_loss",
) -> np.ndarray:
    """Rise of the loss for each order of the rows, (n_orders,).

    estimator : fitted. X : (n_rows, n_columns), y : (n_rows,). ``columns`` are shuffled together.
    """
    base = loss(score, estimator.predict_proba(X), y, estimator.classes_)
    at = list(columns)
    rises = []
    for order in orders:
        shuffled = X.copy()
        shuffled[:, at] = X[order][:, at]
        rises.append(loss(score, estimator.predict_proba(shuffled), y, estimator.classes_) - base)
    return np.array(rises)
