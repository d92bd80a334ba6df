"""Logistic regression on every feature."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from signalcli.models.base import WeightedClassifier
from signalcli.models.fields import check_parameters
from signalcli.models.parameters import LogisticParameters


class LogisticClassifier(LogisticParameters, WeightedClassifier):
    """Logistic regression with an L2 penalty on standardized features. Parameters: `LogisticParameters`."""

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        check_parameters(self)
        if len(self.classes_) == 1:
            return
        self.pipeline_ = make_pipeline(StandardScaler(), LogisticRegression(C=self.C, max_iter=self.max_iter))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # n_iter_ == max_iter shows it
            self.pipeline_.fit(
                X, y, standardscaler__sample_weight=weight, logisticregression__sample_weight=weight
            )
        self.n_iter_ = self.pipeline_[-1].n_iter_

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(self.pipeline_.predict_proba(X))
