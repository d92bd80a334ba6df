"""An AR model of the log returns: its order, its coefficients, and what it leaves over."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

CRITERIA = {"aic": "to forecast", "bic": "to find the true order", "hqic": "between the two"}
PER_ORDER = 4  # returns to each order tried, or any series fits
FEWEST = 30
RESIDUAL_LAGS = (5, 10, 20)


def order(history: History, highest: int) -> Iterator[Number]:
    """Criteria of the orders 0 … ``highest``, all on the same returns, and the order each one picks."""
    found = _criteria(history, highest)
    for name, use in CRITERIA.items():
        values = found.get(name, {})
        best = float(min(values, key=values.__getitem__)) if values else UNKNOWN
        yield Number(f"best_{name}", best, f"AR order with the smallest {name.upper()}; made {use}")
    for name in CRITERIA:
        for p in range(highest + 1):
            meaning = f"{name.upper()} of an AR model of that order; smaller is better"
            yield Number(name, found.get(name, {}).get(p, UNKNOWN), meaning, lag=p)


def coefficients(history: History, highest: int) -> Iterator[Number]:
    """Intercept and coefficients of the AR model that AIC picks, with 95 % intervals."""
    fitted = fit(history, highest)
    if fitted is None:
        yield Number("intercept", UNKNOWN, "no AR model: too few returns or no movement")
        return
    for lag, interval in enumerate(fitted.conf_int()):
        name = "coefficient" if lag else "intercept"
        what = "of the return that many bars back" if lag else "mean return that no lag explains"
        value, low, high = float(fitted.params[lag]), *map(float, interval)
        p = float(fitted.pvalues[lag])
        yield Number(name, value, f"{what}; a small p: it is not 0", lag or None, low, high, p)
    variance = float(np.var(history.returns[len(fitted.params) - 1 :]))
    explained = 1 - float(np.var(fitted.resid)) / variance
    yield Number("r2", explained, "share of the variance of returns that the model explains in sample")


def residuals(history: History, highest: int) -> Iterator[Number]:
    """Ljung-Box test for what is left over of correlation, and Engle's test for changing variance."""
    fitted = fit(history, highest)
    rest = np.array([]) if fitted is None else fitted.resid
    order_of = 0 if fitted is None else len(fitted.params) - 1
    for lag in RESIDUAL_LAGS:
        yield _ljung_box(rest, lag, order_of)
    for lag in RESIDUAL_LAGS:
        yield _arch(rest, lag)


def fit(history: History, highest: int) -> Any:
    """AutoReg of the order that AIC picks, fitted on all returns; None of too few returns."""
    return _fit(history, highest)


@lru_cache(maxsize=4)  # three sections ask for the same one
def _fit(history: History, highest: int) -> Any:
    from statsmodels.tsa.ar_model import AutoReg

    found = _criteria(history, highest)
    if not found:
        return None
    best = min(found["aic"], key=found["aic"].__getitem__)
    return AutoReg(history.returns, best, trend="c").fit()


@lru_cache(maxsize=4)
def _criteria(history: History, highest: int) -> dict[str, dict[int, float]]:
    """Criterion to order to value; empty of too few returns."""
    from statsmodels.tsa.ar_model import ar_select_order

    known = min(highest, len(history.returns) // PER_ORDER)
    if not history.moves or len(history.returns) < FEWEST or known < 1:
        return {}
    found = ar_select_order(history.returns, known, ic="aic", trend="c")
    return {
        name: {len(lags or ()): float(value) for lags, value in getattr(found, name).items()}
        for name in CRITERIA
    }


def _ljung_box(rest: np.ndarray, lag: int, order_of: int) -> Number:
    from statsmodels.stats.diagnostic import acorr_ljungbox

    meaning = "Ljung-Box of the AR residuals; a small p: correlation is left up to that lag"
    if len(rest) <= 2 * lag or lag <= order_of:
        return Number("ljung_box", UNKNOWN, meaning, lag)
    found = acorr_ljungbox(rest, [lag], model_df=order_of)
    return Number(
        "ljung_box", float(found["lb_stat"].iloc[0]), meaning, lag, p_value=float(found["lb_pvalue"].iloc[0])
    )


def _arch(rest: np.ndarray, lag: int) -> Number:
    from statsmodels.stats.diagnostic import acorr_lm

    meaning = "Engle's ARCH test of the AR residuals; a small p: calm and wild bars come in clusters"
    if len(rest) <= 3 * lag:
        return Number("arch", UNKNOWN, meaning, lag)
    found = acorr_lm(rest**2, nlags=lag, result_object=True)
    return Number("arch", float(found.lm), meaning, lag, p_value=float(found.lmpval))
