# ruff: noqa: RUF009 (`parameter` returns a dataclasses.field)
"""Parameters of every model except networks, as mix-ins that give an estimator its ``__init__``.

Neither scikit-learn nor a model library is imported; `signalcli.models.registry` lists the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from signalcli.models.fields import parameter


@dataclass(kw_only=True, eq=False, repr=False)
class NoParameters:
    """A model without parameters."""


@dataclass(kw_only=True, eq=False, repr=False)
class PersistenceParameters:
    """Parameters of the persistence baseline."""

    horizon: int = parameter(1, "Bars ahead of the target; as many past bars make the last move.")


@dataclass(kw_only=True, eq=False, repr=False)
class ARParameters:
    """Parameters of both AR(p) models."""

    p: int | Literal["auto"] = parameter(
        "auto",
        "Order: number of lags; auto = the order with the lowest criterion.",
        low=0,
        high=10_000,
        choices=("auto",),
    )
    criterion: str = parameter("aic", "Information criterion that auto minimizes: aic or bic.")
    max_p: int = parameter(
        10, "Highest order that auto tries, at most half the training rows.", low=0, high=10_000
    )


@dataclass(kw_only=True, eq=False, repr=False)
class ARClassifierParameters(ARParameters):
    """Parameters of AR(p) on log returns."""

    horizon: int = parameter(1, "Bars ahead of the target; the sum of their returns is forecast directly.")


@dataclass(kw_only=True, eq=False, repr=False)
class ARRegressorParameters(ARParameters):
    """Parameters of AR(p) on values."""

    intercept: bool = parameter(True, "Fit a constant; without one, zeros are followed by zeros.")


@dataclass(kw_only=True, eq=False, repr=False)
class LogisticParameters:
    """Parameters of logistic regression."""

    C: float = parameter(0.01, "Inverse strength of the L2 penalty.", low=1e-12, high=1e12)
    max_iter: int = parameter(
        1000, "Maximum number of iterations of the solver (L-BFGS).", low=1, high=1_000_000
    )


@dataclass(kw_only=True, eq=False, repr=False)
class TreeParameters:
    """Parameters of gradient-boosted trees; the trees are small because daily returns are almost noise."""

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
class EnsembleParameters:
    """Parameters of an ensemble of models."""

    members: str | tuple[str, ...] = parameter(("logistic", "tree"), "Names of models, such as lstm,gru.")
    method: str = parameter(
        "mean",
        "mean = average of the members' probabilities; stack = logistic regression on their log-odds, "
        "fitted on out-of-sample rows.",
        choices=("mean", "stack"),
    )
    folds: int = parameter(3, "Inner walk-forward folds of the training rows, for stack.", low=2, high=1000)
    C: float = parameter(1.0, "Inverse strength of the L2 penalty of stack.", low=1e-12, high=1e12)
    settings: dict[str, dict[str, Any]] | None = parameter(
        None, "Parameters of members by name; on the command line ensemble.lstm__units=16."
    )
    columns: tuple[str, ...] | None = parameter(
        None, "Names of the features of a row; None = every member reads all of them, as one channel."
    )
    horizon: int = parameter(1, "Bars ahead of the target; passed on to members.")
    overlap: int = parameter(
        0, "Rows whose labels reach into later rows: left out between the two parts of an inner fold."
    )
    random_state: int = parameter(0, "Random seed of the members.")
