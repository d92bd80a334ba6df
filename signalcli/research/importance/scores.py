"""Scores of probabilities as losses: lower is better, so that importance is the rise of a loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SMALLEST = np.finfo("float64").eps  # as in scikit-learn


def loss(score: str, p: np.ndarray, y: np.ndarray, classes: np.ndarray) -> float:
    """Mean loss of probabilities (n_rows, n_classes) for labels ``y`` (n_rows,).

    score : "log_loss" (nats), "brier" (0 … 2) or "accuracy" (share of wrong rows). A label that is not among
    ``classes`` has the probability 0.
    """
    true = y[:, np.newaxis] == classes
    return float(_LOSSES[score](p, true).mean())


def _log_loss(p: np.ndarray, true: np.ndarray) -> np.ndarray:
    return -np.log(np.clip((p * true).sum(axis=1), SMALLEST, 1.0))


def _brier(p: np.ndarray, true: np.ndarray) -> np.ndarray:
    unknown = ~true.any(axis=1)
    return np.asarray(((p - true) ** 2).sum(axis=1) + unknown)


def _wrong(p: np.ndarray, true: np.ndarray) -> np.ndarray:
    return ~true[np.arange(len(p)), p.argmax(axis=1)]


_LOSSES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "log_loss": _log_loss,
    "brier": _brier,
    "accuracy": _wrong,
}
