"""Logistic regression on every feature."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from signalcli.models.base import Range, WeighedClassifier, check_ranges

RANGES = {"C": Range(1e-12), "max_iter": Range(1, whole=True)}


class LogisticClassifier(WeighedClassifier):
    """Logistic regression with an L2 penalty; features are scaled with the training part's own moments.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty.
    max_iter : int
        Iterations of the solver (L-BFGS) at the most.
    """

    def __init__(self, *, C: float = 0.01, max_iter: int = 1000) -> None:
        self.C = C
        self.max_iter = max_iter

    def _learn(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        check_ranges(self, RANGES)
        if len(self.classes_) == 1:
            return
        self.pipeline_ = make_pipeline(StandardScaler(), LogisticRegression(C=self.C, max_iter=self.max_iter))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # n_iter_ == max_iter says the same
            self.pipeline_.fit(
                X, y, standardscaler__sample_weight=weight, logisticregression__sample_weight=weight
            )
        self.n_iter_ = self.pipeline_[-1].n_iter_

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(self.pipeline_.predict_proba(X))
