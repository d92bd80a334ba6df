"""Forecasts of a value from the values before it, without scaling: the last one, and AR(p)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from signalcli.models.autoregressive import WHOLE, best_order
from signalcli.models.base import check_ranges


class LastValue(RegressorMixin, BaseEstimator):
    """Says the newest value of each window again."""

    def __init__(self) -> None:
        pass

    def fit(self, X: Any, y: Any) -> LastValue:
        """Nothing is learnt. X : (n_rows, timesteps), oldest first; y : (n_rows,)."""
        validate_data(self, X, y, dtype="float64", y_numeric=True)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Newest value of each row, (n_rows,)."""
        check_is_fitted(self, "n_features_in_")
        return np.array(validate_data(self, X, dtype="float64", reset=False)[:, -1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # it looks at the last column only
        return tags


class ARRegressor(RegressorMixin, BaseEstimator):
    """AR(p) on the values themselves, by least squares in double precision.

    Parameters
    ----------
    p : int or "auto"
        Number of past values; "auto" takes the order with the smallest criterion.
    criterion : {"aic", "bic"}
        What "auto" minimises.
    max_p : int
        Highest order that "auto" tries, and never more than half the training rows.
    intercept : bool
        Whether a constant is learnt; without one, values of zero are followed by zero.

    Attributes
    ----------
    p_ : int
        Order.
    coefficients_ : (p_,) array
        Weight of lag 1 … p_.
    constant_ : float
        What is added.

    Notes
    -----
    Source: Box and Jenkins (1970), chapter 3.
    """

    def __init__(
        self,
        *,
        p: int | Literal["auto"] = "auto",
        criterion: str = "aic",
        max_p: int = 10,
        intercept: bool = True,
    ) -> None:
        self.p = p
        self.criterion = criterion
        self.max_p = max_p
        self.intercept = intercept

    def fit(self, X: Any, y: Any) -> ARRegressor:
        """Learn from rows. X : (n_rows, timesteps), oldest value first; y : (n_rows,), the value after."""
        X, y = validate_data(self, X, y, dtype="float64", y_numeric=True)
        check_ranges(self, {"max_p": WHOLE} | ({} if self.p == "auto" else {"p": WHOLE}))
        # The distance from the mean, because a far-off zero costs digits.
        centre = float(np.mean(y)) if self.intercept else 0.0
        past, target = X[:, ::-1] - centre, y - centre
        self.p_ = self._order(target, past)
        ones = np.ones((len(y), int(self.intercept)))
        learnt = np.linalg.lstsq(np.hstack([ones, past[:, : self.p_]]), target, rcond=None)[0]
        self.coefficients_ = learnt[int(self.intercept) :]
        rest = float(learnt[0]) if self.intercept else 0.0
        self.constant_ = centre + rest - centre * float(self.coefficients_.sum())
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Expected value after each row, (n_rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="float64", reset=False)
        return np.asarray(self.constant_ + X[:, ::-1][:, : self.p_] @ self.coefficients_)

    def _order(self, target: np.ndarray, past: np.ndarray) -> int:
        if self.p == "auto":
            return best_order(target, past[:, : self.max_p], self.criterion)
        if self.p > past.shape[1]:
            raise ValueError(f"p={self.p} needs windows of {self.p} values; these have {past.shape[1]}")
        return self.p
