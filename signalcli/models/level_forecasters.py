"""Forecasters of a value from past values, without scaling: last value, and AR(p)."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from signalcli.models.autoregressive import select_order
from signalcli.models.fields import check_parameters
from signalcli.models.parameters import ARRegressorParameters


class LastValue(RegressorMixin, BaseEstimator):
    """Naive forecaster: the newest value of each window."""

    def fit(self, X: Any, y: Any) -> LastValue:
        """Check the rows; nothing is fitted. X : (n_rows, timesteps), oldest first; y : (n_rows,)."""
        validate_data(self, X, y, dtype="float64", y_numeric=True)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Newest value of each row, (n_rows,)."""
        check_is_fitted(self, "n_features_in_")
        return np.array(validate_data(self, X, dtype="float64", reset=False)[:, -1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # it reads the last column only
        return tags


class ARRegressor(ARRegressorParameters, RegressorMixin, BaseEstimator):
    """AR(p) on the values themselves, by least squares in double precision.

    Parameters: `ARRegressorParameters`.

    Attributes
    ----------
    p_ : int
        Order.
    coefficients_ : (p_,) array
        Coefficients of lag 1 … p_.
    constant_ : float
        Constant term.

    Notes
    -----
    Source: Box and Jenkins (1970), chapter 3.
    """

    def fit(self, X: Any, y: Any) -> ARRegressor:
        """Fit to rows. X : (n_rows, timesteps), oldest value first; y : (n_rows,), the next value."""
        X, y = validate_data(self, X, y, dtype="float64", y_numeric=True)
        check_parameters(self)
        # Values are centered, because a mean far from zero costs digits.
        center = float(np.mean(y)) if self.intercept else 0.0
        past, target = X[:, ::-1] - center, y - center
        self.p_ = self._order(target, past)
        ones = np.ones((len(y), int(self.intercept)))
        solution = np.linalg.lstsq(np.hstack([ones, past[:, : self.p_]]), target, rcond=None)[0]
        self.coefficients_ = solution[int(self.intercept) :]
        offset = float(solution[0]) if self.intercept else 0.0
        self.constant_ = center + offset - center * float(self.coefficients_.sum())
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Expected next value of each row, (n_rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype="float64", reset=False)
        return np.asarray(self.constant_ + X[:, ::-1][:, : self.p_] @ self.coefficients_)

    def _order(self, target: np.ndarray, past: np.ndarray) -> int:
        if self.p == "auto":
            return select_order(target, past[:, : self.max_p], self.criterion)
        if self.p > past.shape[1]:
            raise ValueError(f"p={self.p} needs windows of {self.p} values; these have {past.shape[1]}")
        return self.p
