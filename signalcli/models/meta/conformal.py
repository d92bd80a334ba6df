"""Split conformal prediction inside the training rows: a no-trade band for a wanted error rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.meta.time_split import time_ordered_split
from signalcli.models.prediction_sets import mass_above

ALL_CLASSES = 1.0  # band whose prediction sets hold every class, so that no row is decided


class Conformal:
    """A model with a band, chosen to have the true class in the prediction set in ``coverage`` of the rows.

    The model is fitted to the first three quarters of the training rows, and the band to its probabilities
    for the rest. It is not fitted again to all rows, because the band belongs to the model that was measured.
    What is promised: were the rows exchangeable (Vovk, Gammerman and Shafer 2005), the true class would be in
    the set with at least this probability, on average over training sets and over all rows. Nothing is
    promised for one fold, for the rows on which a position is taken, or for a market that changes; rows with
    overlapping labels are not exchangeable either. The scorecard shows the coverage that was reached. With
    ``aci`` the band adapts to the outcomes instead (`adaptive_bands`). The score of a row is the probability
    above its true class, so that sets of three classes adapt to the row (Romano, Sesia and Candès 2020,
    without randomization: the most probable class is always in the set).

    Parameters
    ----------
    model : estimator
        Unfitted; fitted once.
    coverage : float
        Wanted share of rows whose true class is in the prediction set, 0 … 1.
    overlap : int
        Rows left out between the two parts, because their labels reach into the later one.
    aci : float or None
        Rate at which the band of new rows adapts to their outcomes; None keeps it.
    """

    def __init__(self, model: Any, coverage: float, overlap: int, aci: float | None = None) -> None:
        self.model, self.coverage, self.overlap, self.aci = model, coverage, overlap, aci

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Conformal:
        """Fit the model to the earlier rows, the band to the later; with too few rows nothing is decided."""
        early, start = time_ordered_split(len(y), self.overlap)
        if not can_cover(y, self.overlap):
            self._fit(X, y, sample_weight)
            self.scores_, self.band_ = np.zeros(0), ALL_CLASSES
            return self
        self._fit(X[:early], y[:early], None if sample_weight is None else sample_weight[:early])
        self.scores_ = _scores(self.model.predict_proba(X[start:]), self.model.classes_, y[start:])
        self.band_ = _quantile(self.scores_, self.coverage)
        return self

    def bands(
        self, p: np.ndarray, directions: np.ndarray, dates: np.ndarray, label_end: np.ndarray
    ) -> np.ndarray:
        """Band of each new row that adapts to the outcomes known at its date, (n_rows,).

        ``p`` are the model's probabilities; an outcome that is not known is NaN, its ``label_end`` NaT.
        """
        known = np.isfinite(directions) & ~np.isnat(label_end)
        scores = _scores(p, self.classes_, np.where(known, directions, 0).astype("int64"))
        ends = np.where(known, label_end, np.datetime64("NaT"))
        return adaptive_bands(self.scores_, scores, dates, ends, self.coverage, self.aci or 0.0)

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
        self.classes_ = fit_with_weights(self.model, X, y, weight).classes_

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class from the model, (n_rows, n_classes)."""
        return np.asarray(self.model.predict_proba(X))


def can_cover(y: np.ndarray, overlap: int) -> bool:
    """Whether training rows of these classes are enough for a band; else nothing is decided."""
    early, _ = time_ordered_split(len(y), overlap)
    return len(np.unique(y[:early])) > 1


def adaptive_bands(
    calibration: np.ndarray,
    scores: np.ndarray,
    dates: np.ndarray,
    label_end: np.ndarray,
    coverage: float,
    rate: float,
) -> np.ndarray:
    """Bands of adaptive conformal inference (Gibbs and Candès 2021), (n_rows,).

    The wanted share of errors moves up by ``rate`` times itself with every row that was covered, and down by
    the rest with every error, as soon as the row's ``label_end`` is past (never where it is NaT). In the long
    run the share of errors is the wanted one, however the market changes.
    """
    wanted = 1.0 - coverage
    error, bands, resolved = wanted, np.empty(len(scores)), 0
    order = np.argsort(label_end, kind="stable")[: np.count_nonzero(~np.isnat(label_end))]
    for i in np.argsort(dates, kind="stable"):
        while resolved < len(order) and label_end[order[resolved]] <= dates[i]:
            j = order[resolved]
            error += rate * (wanted - float(scores[j] > bands[j]))
            resolved += 1
        bands[i] = _quantile(calibration, 1.0 - error)
    return bands


def _scores(p: np.ndarray, classes: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Probability above the true class of each row; 1 for a class unknown to the model."""
    p = p.astype("float64")
    p = np.column_stack([1.0 - p[:, 1], p[:, 1]]) if p.shape[1] == 2 else p  # as PREDICTIONS hold them
    above = mass_above(p)
    column = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    return np.where(classes[column] == y, above[np.arange(len(y)), column], ALL_CLASSES)


def _quantile(scores: np.ndarray, coverage: float) -> float:
    """Score that a new row exceeds with probability 1 - coverage at most; 1 where there are too few."""
    rank = max(math.ceil((len(scores) + 1) * coverage - 1e-9), 1)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else ALL_CLASSES
