"""AR(p) on log returns as a direction classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from signalcli.models.entry import ModelEntry
from signalcli.models.fields import check_parameters, parameter
from signalcli.models.lazy import np
from signalcli.models.learner import ClassLearner, Learner


class LeastSquaresFit(NamedTuple):
    """Coefficients (intercept, then lag 1 … p) and standard deviation of the residuals (ddof 0)."""

    coefficients: np.ndarray
    spread: float


@dataclass(kw_only=True, eq=False, repr=False)
class Autoregression(Learner):
    """What classifier and forecaster share: the order."""

    reads_few = True  # it models the columns as a series, not as features of y
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
class ARClassifier(Autoregression, ClassLearner):
    """Gaussian AR(p): P(up) is the probability that the forecast return lies above the cut between classes.

    Notes
    -----
    Each row of ``X`` is a series of log returns, oldest first, so the regression is fitted to ``X`` alone:
    its last ``horizon`` returns on the p before them. With horizon 1 the coefficients equal
    ``statsmodels.tsa.ar_model.AutoReg``. ``y`` only decides the cuts (`class_cuts`).

    Source: Box and Jenkins (1970), chapter 3; direct multi-step form: Marcellino, Stock and Watson (2006).
    """

    horizon: int = parameter(1, "Bars ahead of the target; the sum of their returns is forecast directly.")

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        check_parameters(self)
        self._check_width(X.shape[1])
        target = X[:, -self.horizon :].sum(axis=1)
        past = X[:, : -self.horizon][:, ::-1]  # lag 1 first
        self.p_ = select_order(target, past[:, : self.max_p], self.criterion) if self.p == "auto" else self.p
        self.coefficients_, self.spread_ = least_squares(target, past[:, : self.p_])
        self.cuts_ = class_cuts(self.classes_, y, target)

    def forecast(self, X: np.ndarray) -> np.ndarray:
        """Expected log return over the next ``horizon`` bars after each row, (n_rows,)."""
        recent = X[:, ::-1][:, : self.p_]
        return np.asarray(self.coefficients_[0] + recent @ self.coefficients_[1:])

    def _predict_proba(self, X: np.ndarray) -> np.ndarray:
        return class_probabilities(self.forecast(X), self.spread_, self.cuts_)

    def _check_width(self, width: int) -> None:
        """Raise ValueError where a row has fewer returns than target and lags need."""
        needed = self.horizon + (0 if self.p == "auto" else self.p)
        if needed > width:
            order = "" if self.p == "auto" else f"p={self.p} with "
            raise ValueError(
                f"{order}horizon={self.horizon} needs {needed} lagged returns; X has {width} feature(s); "
                f"use a window of {needed} bars or more"
            )


def least_squares(target: np.ndarray, past: np.ndarray) -> LeastSquaresFit:
    """Ordinary least squares of (n,) on an intercept and the columns of (n, p)."""
    design = np.column_stack([np.ones(len(target)), past])
    coefficients = np.linalg.lstsq(design, target, rcond=None)[0]
    return LeastSquaresFit(coefficients, float(np.std(target - design @ coefficients)))


def select_order(target: np.ndarray, past: np.ndarray, criterion: str) -> int:
    """Order 0 … p, at most half the rows, with the lowest AIC or BIC; all are fitted to the same rows."""
    # With as many coefficients as rows the residuals are zero, and so is their variance in the criterion.
    past = past[:, : len(target) // 2]
    penalties = {"aic": 2.0, "bic": np.log(len(target))}
    if criterion not in penalties:
        raise ValueError(f"criterion={criterion!r}: must be {' or '.join(penalties)}")
    scores = []
    for p in range(past.shape[1] + 1):
        spread = max(least_squares(target, past[:, :p]).spread, np.finfo(float).tiny)
        scores.append(2 * len(target) * np.log(spread) + penalties[criterion] * (p + 1))
    return int(np.argmin(scores))


def class_cuts(classes: np.ndarray, y: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Returns that separate the ordered classes (down, flat, up), (n_classes-1,), ascending.

    Below a cut lies, in a Gaussian with the mean and deviation of ``returns``, the share that the classes
    below it have in ``y``. Where past and future are independent, the forecast is then the base rate of each
    class instead of one half.
    """
    from scipy.special import ndtri

    shares = np.array([np.mean(y == c) for c in classes])
    return np.mean(returns) + np.std(returns) * ndtri(np.cumsum(shares)[:-1])


def class_probabilities(forecast: np.ndarray, spread: float, cuts: np.ndarray) -> np.ndarray:
    """Probability of each class, (n_rows, n_classes), of a Gaussian around each forecast."""
    from scipy.special import ndtr

    with np.errstate(over="ignore"):
        distance = (cuts[np.newaxis, :] - forecast[:, np.newaxis]) / max(spread, np.finfo(float).tiny)
    below = ndtr(distance)
    edges = np.column_stack([np.zeros(len(forecast)), below, np.ones(len(forecast))])
    return np.diff(edges, axis=1)


MODELS = {
    "ar1": ModelEntry(ARClassifier, "linear", "returns", "AR(1), the linear baseline", {"p": 1}),
    "ar": ModelEntry(ARClassifier, "linear", "returns", "AR(p), order given or chosen by AIC/BIC"),
}
