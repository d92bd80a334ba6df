"""AR model of the log returns: order, coefficients, tests of its residuals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import nan
from typing import Any

import numpy as np

from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

CRITERIA = {"aic": "forecasting", "bic": "finding the true order", "hqic": "a compromise of both"}
MIN_RETURNS = 30
RETURNS_PER_ORDER = 4  # fewer would let any series fit
RESIDUAL_LAGS = (5, 10, 20)


def select_order(series: PriceSeries, max_order: int) -> Iterator[Statistic]:
    """Criteria of the orders 0 … ``max_order`` on the same returns, and the order that each selects."""
    criteria = _criteria(series, max_order)
    for name, purpose in CRITERIA.items():
        values = criteria.get(name, {})
        best = float(min(values, key=values.__getitem__)) if values else nan
        yield Statistic(
            f"best_{name}", best, f"AR order with the smallest {name.upper()}; meant for {purpose}"
        )
    for name in CRITERIA:
        for order in range(max_order + 1):
            meaning = f"{name.upper()} of an AR model of that order; smaller is better"
            yield Statistic(name, criteria.get(name, {}).get(order, nan), meaning, lag=order)


def coefficients(series: PriceSeries, max_order: int) -> Iterator[Statistic]:
    """Intercept and coefficients of the AR model that AIC selects, with 95 % intervals."""
    model = fit_ar(series, max_order)
    if model is None:
        yield Statistic("intercept", nan, "no AR model: too few returns or constant prices")
        return
    for lag, interval in enumerate(model.conf_int()):
        name = "coefficient" if lag else "intercept"
        meaning = "coefficient of the return that many bars back" if lag else "constant of the AR model"
        value, low, high = float(model.params[lag]), *map(float, interval)
        p = float(model.pvalues[lag])
        yield Statistic(name, value, f"{meaning}; a small p: it is not 0", lag or None, low, high, p)
    variance = float(np.var(series.returns[len(model.params) - 1 :]))
    r2 = 1 - float(np.var(model.resid)) / variance
    yield Statistic("r2", r2, "share of the variance of returns that the model explains in sample")


def check_residuals(series: PriceSeries, max_order: int) -> Iterator[Statistic]:
    """Tests of the AR residuals: Ljung-Box for autocorrelation, Engle's ARCH for volatility clusters."""
    model = fit_ar(series, max_order)
    residuals = np.array([]) if model is None else model.resid
    order = 0 if model is None else len(model.params) - 1
    for lag in RESIDUAL_LAGS:
        yield _ljung_box(residuals, lag, order)
    for lag in RESIDUAL_LAGS:
        yield _arch(residuals, lag)


@lru_cache(maxsize=4)  # three sections use the same model
def fit_ar(series: PriceSeries, max_order: int) -> Any:
    """AutoReg result of the order that AIC selects, fitted on all returns; None with too few returns."""
    from statsmodels.tsa.ar_model import AutoReg

    criteria = _criteria(series, max_order)
    if not criteria:
        return None
    best = min(criteria["aic"], key=criteria["aic"].__getitem__)
    return AutoReg(series.returns, best, trend="c").fit()


@lru_cache(maxsize=4)
def _criteria(series: PriceSeries, max_order: int) -> dict[str, dict[int, float]]:
    """Value by criterion and order; empty with too few returns."""
    from statsmodels.tsa.ar_model import ar_select_order

    highest = min(max_order, len(series.returns) // RETURNS_PER_ORDER)
    if not series.varies or len(series.returns) < MIN_RETURNS or highest < 1:
        return {}
    selection = ar_select_order(series.returns, highest, ic="aic", trend="c")
    return {
        name: {len(lags or ()): float(value) for lags, value in getattr(selection, name).items()}
        for name in CRITERIA
    }


def _ljung_box(residuals: np.ndarray, lag: int, order: int) -> Statistic:
    from statsmodels.stats.diagnostic import acorr_ljungbox

    meaning = "Ljung-Box test of the AR residuals; a small p: they are correlated up to that lag"
    if len(residuals) <= 2 * lag or lag <= order:
        return Statistic("ljung_box", nan, meaning, lag)
    test = acorr_ljungbox(residuals, [lag], model_df=order).iloc[0]
    return Statistic("ljung_box", float(test["lb_stat"]), meaning, lag, p_value=float(test["lb_pvalue"]))


def _arch(residuals: np.ndarray, lag: int) -> Statistic:
    from statsmodels.stats.diagnostic import acorr_lm

    meaning = "Engle's ARCH test of the AR residuals; a small p: volatility comes in clusters"
    if len(residuals) <= 3 * lag:
        return Statistic("arch", nan, meaning, lag)
    test = acorr_lm(residuals**2, nlags=lag, result_object=True)
    return Statistic("arch", float(test.lm), meaning, lag, p_value=float(test.lmpval))
