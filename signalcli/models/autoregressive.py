"""AR(p) on log returns, read as a direction."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from signalcli.models.base import DirectionClassifier, Range, check_ranges
from signalcli.models.ordered import cuts, probabilities

WHOLE = Range(0, whole=True)


class Fitted(NamedTuple):
    """Least-squares result: intercept first, then lag 1 … p; spread is the residual sd (ddof 0)."""

    coefficients: np.ndarray
    spread: float


class ARClassifier(DirectionClassifier):
    """Gaussian AR(p): P(up) is the chance that the forecast return lies above the cut between the classes.

    Parameters
    ----------
    p : int or "auto"
        Number of lagged returns; "auto" takes the order with the smallest criterion.
    criterion : {"aic", "bic"}
        What "auto" minimises.
    max_p : int
        Highest order that "auto" tries, and never more than half the training rows.
    horizon : int
        Bars ahead that the target looks; the sum of so many returns is forecast directly.

    Notes
    -----
    Each row of ``X`` is a stretch of log returns, oldest first, so the regression is learnt from ``X``
    alone: its last ``horizon`` returns on the p before them. With horizon 1 the coefficients equal
    ``statsmodels.tsa.ar_model.AutoReg``. ``y`` only places the cuts (`signalcli.models.ordered`).

    Source: Box and Jenkins (1970), chapter 3; direct multi-step form: Marcellino, Stock and Watson (2006).
    """

    def __init__(
        self,
        *,
        p: int | Literal["auto"] = "auto",
        criterion: str = "aic",
        max_p: int = 10,
        horizon: int = 1,
    ) -> None:
        self.p = p
        self.criterion = criterion
        self.max_p = max_p
        self.horizon = horizon

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:
        check_ranges(self, {"max_p": WHOLE} | ({} if self.p == "auto" else {"p": WHOLE}))
        self._refuse_short(X.shape[1])
        target = X[:, -self.horizon :].sum(axis=1)
        past = X[:, : -self.horizon][:, ::-1]  # lag 1 first
        self.p_ = self._order(target, past)
        fitted = least_squares(target, past[:, : self.p_])
        self.coefficients_, self.spread_ = fitted.coefficients, fitted.spread
        self.cuts_ = cuts(self.classes_, y, target)

    def forecast(self, X: np.ndarray) -> np.ndarray:
        """Expected log return over the next ``horizon`` bars after each row, (n_rows,)."""
        recent = X[:, ::-1][:, : self.p_]
        return np.asarray(self.coefficients_[0] + recent @ self.coefficients_[1:])

    def _probabilities(self, X: np.ndarray) -> np.ndarray:
        return probabilities(self.forecast(X), self.spread_, self.cuts_)

    def _refuse_short(self, width: int) -> None:
        """Raise ValueError where a row is shorter than what is regressed and what it is regressed on."""
        needed = self.horizon + (0 if self.p == "auto" else self.p)
        if needed > width:
            order = "" if self.p == "auto" else f"p={self.p} with "
            raise ValueError(
                f"{order}horizon={self.horizon} needs {needed} lagged returns; X has {width} feature(s); "
                f"use a window of {needed} bars or more"
            )

    def _order(self, target: np.ndarray, past: np.ndarray) -> int:
        if self.p == "auto":
            return best_order(target, past[:, : self.max_p], self.criterion)
        return self.p

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # it models the columns as a series, not as features of y
        return tags


def least_squares(target: np.ndarray, past: np.ndarray) -> Fitted:
    """Ordinary least squares of (n,) on an intercept and the columns of (n, p)."""
    design = np.column_stack([np.ones(len(target)), past])
    coefficients = np.linalg.lstsq(design, target, rcond=None)[0]
    return Fitted(coefficients, float(np.std(target - design @ coefficients)))


def best_order(target: np.ndarray, past: np.ndarray, criterion: str) -> int:
    """Order 0 … p, at most half the rows, with the smallest AIC or BIC; all are judged on the same rows."""
    # With as many coefficients as rows any series fits and every criterion applauds.
    past = past[:, : len(target) // 2]
    penalties = {"aic": 2.0, "bic": np.log(len(target))}
    if criterion not in penalties:
        raise ValueError(f"criterion={criterion!r}; known are {', '.join(penalties)}")
    scores = []
    for p in range(past.shape[1] + 1):
        spread = max(least_squares(target, past[:, :p]).spread, np.finfo(float).tiny)
        scores.append(2 * len(target) * np.log(spread) + penalties[criterion] * (p + 1))
    return int(np.argmin(scores))
