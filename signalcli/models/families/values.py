"""Forecasters of a value from past values, without scaling: last value, and AR(p)."""

from __future__ import annotations

from dataclasses import dataclass

from signalcli.models.entry import ModelEntry
from signalcli.models.families.autoregressive import Autoregression, select_order
from signalcli.models.fields import check_parameters, parameter
from signalcli.models.lazy import np
from signalcli.models.learner import ValueLearner


@dataclass(kw_only=True, eq=False, repr=False)
class LastValue(ValueLearner):
    """Naive forecaster: the newest value of each window, oldest first."""

    reads_few = True

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
        """Nothing is fitted."""

    def _predict(self, X: np.ndarray) -> np.ndarray:
        return X[:, -1].copy()


@dataclass(kw_only=True, eq=False, repr=False)
class ARRegressor(Autoregression, ValueLearner):
    """AR(p) on the values themselves, by least squares in double precision.

    Rows are windows of values, oldest first; y is the next value.

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

    intercept: bool = parameter(True, "Fit a constant; without one, zeros are followed by zeros.")

    def _fit(self, X: np.ndarray, y: np.ndarray) -> None:
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

    def _predict(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(self.constant_ + X[:, ::-1][:, : self.p_] @ self.coefficients_)

    def _order(self, target: np.ndarray, past: np.ndarray) -> int:
        if self.p == "auto":
            return select_order(target, past[:, : self.max_p], self.criterion)
        if self.p > past.shape[1]:
            raise ValueError(f"p={self.p} needs windows of {self.p} values; these have {past.shape[1]}")
        return self.p


FORECASTERS = {
    "persistence": ModelEntry(LastValue, "baseline", "values", "the last value again"),
    "ar": ModelEntry(
        ARRegressor, "linear", "values", "AR(p) on the values, order given or chosen by AIC/BIC"
    ),
}
