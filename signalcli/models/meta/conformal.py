"""A no-trade band whose errors are controlled: split conformal prediction inside the training part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from signalcli.models.meta.sample_weight import fit_weighed
from signalcli.models.meta.time_split import earlier_and_later
from signalcli.models.prediction_sets import mass_above

NOTHING = 1.0  # band within which every direction is possible, so that nothing is decided


class Conformal:
    """A model that knows how sure it must be: of new rows, at most 1 - ``coverage`` are decided wrongly.

    The model sees the first three quarters of the training rows, and the band is learnt from what it says of
    the rest. It is not fitted again on all rows: the promise is about the model that was measured. It holds
    for rows that could change places with those the band was learnt from (Vovk, Gammerman and Shafer 2005);
    markets drift, so the scorecard shows what came of it. The score of a row is the probability that lies
    above its true direction, so that three directions get sets that adapt to the row (Romano, Sesia and
    Candès 2020, without their lottery: the likeliest direction is always in the set).

    Parameters
    ----------
    model : estimator
        Unfitted; fitted once.
    coverage : float
        Wanted share of rows whose true direction is among the possible ones, 0 … 1.
    overlap : int
        Rows left out between the two parts, because their labels reach into the later one.
    """

    def __init__(self, model: Any, coverage: float, overlap: int) -> None:
        self.model, self.coverage, self.overlap = model, coverage, overlap

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Conformal:
        """Fit the model on the first rows, learn the band from the last; of too few nothing is decided."""
        early, cut = earlier_and_later(len(y), self.overlap)
        if len(np.unique(y[:early])) < 2:
            self._fit(X, y, sample_weight)
            self.band_ = NOTHING
            return self
        self._fit(X[:early], y[:early], None if sample_weight is None else sample_weight[:early])
        scores = _scores(self.model.predict_proba(X[cut:]), self.model.classes_, y[cut:])
        self.band_ = _quantile(scores, self.coverage)
        return self

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
        self.classes_ = fit_weighed(self.model, X, y, weight).classes_

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class as the model says it, (n_rows, n_classes)."""
        return np.asarray(self.model.predict_proba(X))


def _scores(p: np.ndarray, classes: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Probability above the true direction of each row; all of it above one that was never seen."""
    p = p.astype("float64")
    p = np.column_stack([1.0 - p[:, 1], p[:, 1]]) if p.shape[1] == 2 else p  # as PREDICTIONS know them
    above = mass_above(p)
    place = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    return np.where(classes[place] == y, above[np.arange(len(y)), place], NOTHING)


def _quantile(scores: np.ndarray, coverage: float) -> float:
    """The score that a further row does not exceed so often; `NOTHING` when there are too few."""
    rank = math.ceil((len(scores) + 1) * coverage - 1e-9)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else NOTHING
