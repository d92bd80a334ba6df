"""Calibration inside the training rows: Platt's or isotonic scaling of a model's probabilities."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from signalcli.models.meta.sample_weight import fit_with_weights
from signalcli.models.meta.time_split import time_ordered_split

MIN_ROWS = 20  # of the later part, to fit a curve
CONSTANT = 1e-12  # relative spread of log-odds that is rounding
MOST_STEPS, CONVERGED = 100, 1e-10


class Calibrated:
    """A model whose probabilities are rescaled by curves fitted to later rows of the training part.

    The curves are fitted to a model that saw the first three quarters of the rows, and applied to one that
    saw all of them, so no row is lost and none is used for both. Each class is rescaled separately, then
    they are normalized to sum to one.

    Parameters
    ----------
    model : estimator
        Unfitted; fitted twice.
    kind : {"platt", "isotonic"}
        A logistic curve of the log-odds (Platt 1999), or any increasing curve (Zadrozny and Elkan 2002).
    overlap : int
        Rows left out between the two parts, because their labels reach into the later one.
    """

    def __init__(self, model: Any, kind: str, overlap: int) -> None:
        self.model, self.kind, self.overlap = model, kind, overlap

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Calibrated:
        """Fit the model to all rows, and the curves to the last ones."""
        from sklearn.base import clone

        early, start = time_ordered_split(len(y), self.overlap)
        self.curves_: dict[int, Platt | Isotonic] = {}
        if can_calibrate(y, self.overlap):
            weight = None if sample_weight is None else sample_weight[:early]
            first = fit_with_weights(clone(self.model), X[:early], y[:early], weight)
            p = first.predict_proba(X[start:])
            self.curves_ = {
                int(c): _fit_curve(self.kind, p[:, k], y[start:] == c) for k, c in enumerate(first.classes_)
            }
        fit_with_weights(self.model, X, y, sample_weight)
        self.classes_ = self.model.classes_
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Rescaled probability of each class, (n_rows, n_classes)."""
        p = np.asarray(self.model.predict_proba(X), dtype="float64")
        if not self.curves_:
            return p
        scaled = np.column_stack([self.curves_[int(c)](p[:, k]) for k, c in enumerate(self.classes_)])
        if len(self.classes_) == 2:  # one curve decides both
            return np.column_stack([1.0 - scaled[:, 1], scaled[:, 1]])
        return scaled / scaled.sum(axis=1, keepdims=True)


def can_calibrate(y: np.ndarray, overlap: int) -> bool:
    """Whether training rows of these classes are enough for curves; else probabilities stay as they are."""
    early, start = time_ordered_split(len(y), overlap)
    return len(y) - start >= MIN_ROWS and len(np.unique(y[:early])) == len(np.unique(y))


class Platt(NamedTuple):
    """Logistic curve of the log-odds."""

    slope: float
    intercept: float

    def __call__(self, p: np.ndarray) -> np.ndarray:
        """Rescaled probabilities."""
        return np.asarray(_sigmoid(self.slope * _log_odds(p) + self.intercept))


class Isotonic(NamedTuple):
    """Increasing, piecewise linear curve of scikit-learn."""

    regression: Any

    def __call__(self, p: np.ndarray) -> np.ndarray:
        """Rescaled probabilities."""
        return np.asarray(self.regression.predict(p))

    @property
    def knots(self) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities at which the curve bends, and its values there."""
        return self.regression.X_thresholds_, self.regression.y_thresholds_


def _fit_curve(kind: str, p: np.ndarray, true: np.ndarray) -> Platt | Isotonic:
    """Increasing curve from probability to probability, never 0 or 1."""
    return _fit_platt(p, true) if kind == "platt" else _fit_isotonic(p, true)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def _log_odds(p: np.ndarray) -> np.ndarray:
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))


def _fit_platt(p: np.ndarray, true: np.ndarray) -> Platt:
    """Logistic curve of the log-odds; where it would fall, and so reverse predictions, the base rate."""
    slope, intercept = _fit_logistic(p, true)
    return Platt(slope, intercept) if slope > 0 else Platt(0.0, _base_log_odds(true))


def _base_log_odds(true: np.ndarray) -> float:
    """Log-odds of the share of true rows: the intercept that fits best without a slope."""
    least = 1 / (len(true) + 2)
    share = float(np.clip(np.mean(true), least, 1 - least))
    return math.log(share / (1 - share))


def _fit_logistic(p: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the log-odds by Newton's method, with Platt's targets inside 0 and 1.

    Log-odds are standardized, because those of a cautious model lie within a thousandth. Where all are equal
    there is no slope.
    """
    hits = int(true.sum())
    target = np.where(true, (hits + 1) / (hits + 2), 1 / (len(p) - hits + 2))
    x = _log_odds(p)
    center, scale = float(x.mean()), float(x.std())
    if scale <= CONSTANT * max(abs(center), 1.0):
        return 0.0, _base_log_odds(true)
    design = np.column_stack([(x - center) / scale, np.ones(len(p))])
    slope, level = _minimize_loss(design, target)
    return float(slope / scale), float(level - slope * center / scale)


def _minimize_loss(design: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Coefficients of a logistic regression on targets inside 0 and 1, (2,)."""
    curve = np.zeros(2)
    for _ in range(MOST_STEPS):
        fitted = _sigmoid(design @ curve)
        curvature = design.T @ (design * (fitted * (1 - fitted))[:, np.newaxis]) + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, design.T @ (fitted - target))
        curve = curve - step
        if np.abs(step).max() <= CONVERGED:
            break
    return curve


def _fit_isotonic(p: np.ndarray, true: np.ndarray) -> Isotonic:
    """Isotonic regression by pooling adjacent violators, inside 0 and 1."""
    from sklearn.isotonic import IsotonicRegression

    least = 1 / (len(p) + 2)
    regression = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    return Isotonic(regression.fit(p, true.astype(float)))
