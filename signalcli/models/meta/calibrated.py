"""Probabilities that come true as often as they say: Platt's or isotonic scaling inside the training part."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from signalcli.models.meta.sample_weight import fit_weighed
from signalcli.models.meta.time_split import earlier_and_later

FEWEST = 20  # rows of the later part, or nothing can be learnt


class Calibrated:
    """A model whose probabilities are rescaled by how they fared on later rows of the training part.

    The scaling is learnt from a model that saw the first three quarters of the rows, and is applied to one
    that saw all of them, so no row is lost and none judges itself. Each class is rescaled by itself, then
    they are made to sum to one.

    Parameters
    ----------
    model : estimator
        Unfitted; fitted twice.
    kind : {"platt", "isotonic"}
        A logistic curve of the log-odds (Platt 1999), or any rising curve (Zadrozny and Elkan 2002).
    overlap : int
        Rows left out between the two parts, because their labels reach into the later one.
    """

    def __init__(self, model: Any, kind: str, overlap: int) -> None:
        self.model, self.kind, self.overlap = model, kind, overlap

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Calibrated:
        """Fit the model on all rows, and the scaling on the last ones."""
        from sklearn.base import clone

        early, cut = earlier_and_later(len(y), self.overlap)
        self.curves_: dict[int, Platt | Isotonic] = {}
        if len(y) - cut >= FEWEST and len(np.unique(y[:early])) == len(np.unique(y)):
            weight = None if sample_weight is None else sample_weight[:early]
            first = fit_weighed(clone(self.model), X[:early], y[:early], weight)
            p = first.predict_proba(X[cut:])
            self.curves_ = {
                int(c): _curve(self.kind, p[:, k], y[cut:] == c) for k, c in enumerate(first.classes_)
            }
        fit_weighed(self.model, X, y, sample_weight)
        self.classes_ = self.model.classes_
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Rescaled probability of each class, (n_rows, n_classes)."""
        p = np.asarray(self.model.predict_proba(X), dtype="float64")
        if not self.curves_:
            return p
        scaled = np.column_stack([self.curves_[int(c)](p[:, k]) for k, c in enumerate(self.classes_)])
        if len(self.classes_) == 2:  # one curve says it all
            return np.column_stack([1.0 - scaled[:, 1], scaled[:, 1]])
        return scaled / scaled.sum(axis=1, keepdims=True)


class Platt(NamedTuple):
    """Logistic curve of the log-odds."""

    slope: float
    intercept: float

    def __call__(self, p: np.ndarray) -> np.ndarray:
        """Rescaled probabilities."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * _log_odds(p) + self.intercept, -30, 30))))


class Isotonic(NamedTuple):
    """Rising steps joined by lines, as scikit-learn has fitted them."""

    fitted: Any

    def __call__(self, p: np.ndarray) -> np.ndarray:
        """Rescaled probabilities."""
        return np.asarray(self.fitted.predict(p))

    @property
    def knots(self) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities at which the curve bends, and its values there."""
        return self.fitted.X_thresholds_, self.fitted.y_thresholds_


def _curve(kind: str, p: np.ndarray, true: np.ndarray) -> Platt | Isotonic:
    """A rising function from probability to probability, never 0 or 1."""
    return _platt(p, true) if kind == "platt" else _isotonic(p, true)


def _log_odds(p: np.ndarray) -> np.ndarray:
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))


def _platt(p: np.ndarray, true: np.ndarray) -> Platt:
    """Logistic curve of the log-odds by Newton's method, with Platt's targets short of 0 and 1."""
    hits = int(true.sum())
    target = np.where(true, (hits + 1) / (hits + 2), 1 / (len(p) - hits + 2))
    design = np.column_stack([_log_odds(p), np.ones(len(p))])
    slope = np.array([1.0, 0.0])
    for _ in range(50):
        said = 1 / (1 + np.exp(-np.clip(design @ slope, -30, 30)))
        curvature = design.T @ (design * (said * (1 - said))[:, np.newaxis]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, design.T @ (said - target))
        slope = slope - np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    return Platt(max(float(slope[0]), 0.0), float(slope[1]))  # never turn a forecast round


def _isotonic(p: np.ndarray, true: np.ndarray) -> Isotonic:
    """Rising steps by pooling adjacent violators, joined by lines."""
    from sklearn.isotonic import IsotonicRegression

    least = 1 / (len(p) + 2)
    fitted = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip").fit(p, true.astype(float))
    return Isotonic(fitted)
