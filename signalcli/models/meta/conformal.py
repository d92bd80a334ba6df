"""Split conformal prediction inside the training rows: a no-trade band with a controlled error rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.meta.time_split import time_ordered_split
from signalcli.models.prediction_sets import mass_above

ALL_CLASSES = 1.0  # band whose prediction sets hold every class, so that no row is decided


class Conformal:
    """A model with a band: at most 1 - ``coverage`` of new rows are decided wrongly.

    The model is fitted to the first three quarters of the training rows, and the band to its probabilities
    for the rest. It is not fitted again to all rows, because the guarantee holds for the model that was
    measured. It holds for rows exchangeable with those of the band (Vovk, Gammerman and Shafer 2005); markets
    drift, so the scorecard shows the coverage that was reached. The score of a row is the probability above
    its true class, so that sets of three classes adapt to the row (Romano, Sesia and Candès 2020, without
    randomization: the most probable class is always in the set).

    Parameters
    ----------
    model : estimator
        Unfitted; fitted once.
    coverage : float
        Wanted share of rows whose true class is in the prediction set, 0 … 1.
    overlap : int
        Rows left out between the two parts, because their labels reach into the later one.
    """

    def __init__(self, model: Any, coverage: float, overlap: int) -> None:
        self.model, self.coverage, self.overlap = model, coverage, overlap

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Conformal:
        """Fit the model to the earlier rows, the band to the later; with too few rows nothing is decided."""
        early, start = time_ordered_split(len(y), self.overlap)
        if len(np.unique(y[:early])) < 2:
            self._fit(X, y, sample_weight)
            self.band_ = ALL_CLASSES
            return self
        self._fit(X[:early], y[:early], None if sample_weight is None else sample_weight[:early])
        scores = _scores(self.model.predict_proba(X[start:]), self.model.classes_, y[start:])
        self.band_ = _quantile(scores, self.coverage)
        return self

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
        self.classes_ = fit_with_weights(self.model, X, y, weight).classes_

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class from the model, (n_rows, n_classes)."""
        return np.asarray(self.model.predict_proba(X))


def _scores(p: np.ndarray, classes: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Probability above the true class of each row; 1 for a class unknown to the model."""
    p = p.astype("float64")
    p = np.column_stack([1.0 - p[:, 1], p[:, 1]]) if p.shape[1] == 2 else p  # as PREDICTIONS hold them
    above = mass_above(p)
    column = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    return np.where(classes[column] == y, above[np.arange(len(y)), column], ALL_CLASSES)


def _quantile(scores: np.ndarray, coverage: float) -> float:
    """Score that a new row exceeds with probability 1 - coverage at most; 1 where there are too few."""
    rank = math.ceil((len(scores) + 1) * coverage - 1e-9)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else ALL_CLASSES
