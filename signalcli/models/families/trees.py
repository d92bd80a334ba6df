"""Gradient-boosted trees on every feature.

Source: Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from signalcli.models.entry import ModelEntry
from signalcli.models.fields import check_parameters, parameter
from signalcli.models.lazy import np
from signalcli.models.learner import Learner, ValueLearner, WeightedLearner

SMALL_TABLE = 5_000_000  # cells


@dataclass(kw_only=True, eq=False, repr=False)
class BoostedTrees(Learner):
    """Parameters of both models; the trees are small because daily returns are almost noise."""

    n_estimators: int = parameter(100, "Number of boosting rounds.", low=1, high=10_000)
    learning_rate: float = parameter(
        0.03, "Share of each round's correction that is applied.", low=1e-6, high=100
    )
    num_leaves: int = parameter(7, "Maximum number of leaves of a tree.", low=2, high=131072)
    min_child_samples: int = parameter(
        20, "Minimum number of training rows in a leaf.", low=0, high=1_000_000_000
    )
    subsample: float = parameter(0.8, "Share of the rows drawn for each round.", low=1e-6, high=1)
    colsample_bytree: float = parameter(0.5, "Share of the features drawn for each tree.", low=1e-6, high=1)
    reg_lambda: float = parameter(1.0, "L2 penalty on leaf values.", low=0, high=1e12)
    random_state: int = parameter(0, "Random seed; results do not depend on the number of threads.")


@dataclass(kw_only=True, eq=False, repr=False)
class TreeClassifier(BoostedTrees, WeightedLearner):
    """Direction classifier of LightGBM."""

    def _fit(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> None:
        booster = _make_booster("LGBMClassifier", self, X)
        if len(self.classes_) > 1:
            self.booster_ = booster.fit(X, y, sample_weight=weight)

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        p_up = _predict(self.booster_, X)
        return np.column_stack([1 - p_up, p_up]) if p_up.ndim == 1 else p_up


@dataclass(kw_only=True, eq=False, repr=False)
class TreeRegressor(BoostedTrees, ValueLearner):
    """Regressor of LightGBM; its predictions stay within the range of y."""

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        self.booster_ = _make_booster("LGBMRegressor", self, X).fit(X, y)

    def _predict(self, X: np.ndarray) -> np.ndarray:
        return _predict(self.booster_, X)


def _make_booster(kind: str, model: BoostedTrees, X: np.ndarray) -> Any:
    """Unfitted, silent estimator of LightGBM whose result depends on data and seed only."""
    import lightgbm

    check_parameters(model)  # first, because LightGBM prints a line before it raises
    return getattr(lightgbm, kind)(
        **asdict(model),
        n_jobs=_threads(X),
        subsample_freq=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )


def _predict(estimator: Any, X: np.ndarray) -> np.ndarray:
    """Output of the inner booster, because the wrapper checks X again and asks for feature names."""
    return np.asarray(estimator.booster_.predict(X, num_threads=_threads(X)))


def _threads(X: np.ndarray) -> int:
    """One thread for a small table, where threads would wait for each other at every split; else all."""
    return 1 if X.size < SMALL_TABLE else -1


_SUMMARY = "gradient-boosted trees (LightGBM)"
MODELS = {
    "tree": ModelEntry(
        TreeClassifier,
        "trees",
        "features",
        _SUMMARY,
        library="lightgbm",
        aliases=("lightgbm", "lgbm", "gbm"),
    )
}
FORECASTERS = {"tree": ModelEntry(TreeRegressor, "trees", "sequence", _SUMMARY, library="lightgbm")}
