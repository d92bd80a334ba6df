"""Logistic regression on every feature."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from signalcli.models.entry import ModelEntry
from signalcli.models.fields import check_parameters, parameter
from signalcli.models.lazy import np
from signalcli.models.learner import WeightedLearner


@dataclass(kw_only=True, eq=False, repr=False)
class LogisticClassifier(WeightedLearner):
    """Logistic regression with an L2 penalty on standardized features."""

    C: float = parameter(0.01, "Inverse strength of the L2 penalty.", low=1e-12, high=1e12)
    max_iter: int = parameter(
        1000, "Maximum number of iterations of the solver (L-BFGS).", low=1, high=1_000_000
    )

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

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


MODELS = {
    "logistic": ModelEntry(
        LogisticClassifier, "linear", "features", "logistic regression, scaled, L2", aliases=("logit",)
    )
}
