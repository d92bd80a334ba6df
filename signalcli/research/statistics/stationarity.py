"""Whether a series keeps coming back: two tests with opposite null hypotheses."""

from __future__ import annotations

from collections.abc import Iterator

from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

FEWEST = 20  # values of a series, below which neither test says anything
MOST_LAGS = 30  # as many as Schwert (1989) asks of 4,000 bars; each one costs a regression of all bars


def adf(history: History) -> Iterator[Number]:
    """Augmented Dickey-Fuller with a constant, its lags by AIC; the null hypothesis is a unit root."""
    from statsmodels.tsa.stattools import adfuller

    for name, series in (("log_close", history.log_close), ("log_return", history.returns)):
        meaning = f"augmented Dickey-Fuller; a small p: {name} has no unit root; lag: differences taken in"
        if not history.moves or len(series) < FEWEST:
            yield Number(name, UNKNOWN, meaning)
            continue
        highest = min(MOST_LAGS, int(12 * (len(series) / 100) ** 0.25), len(series) // 2 - 3)
        found = adfuller(series, maxlag=highest, regression="c", autolag="AIC", result_object=True)
        yield Number(name, float(found.statistic), meaning, int(found.lags), p_value=float(found.pvalue))


def kpss(history: History) -> Iterator[Number]:
    """Kwiatkowski-Phillips-Schmidt-Shin with a constant; the null hypothesis is a stationary series."""
    from statsmodels.tsa.stattools import kpss as of

    for name, series in (("log_close", history.log_close), ("log_return", history.returns)):
        meaning = f"KPSS; a small p: {name} is not stationary; p is known from .01 to .1 only"
        if not history.moves or len(series) < FEWEST:
            yield Number(name, UNKNOWN, meaning)
            continue
        found = of(series, regression="c", nlags="auto", result_object=True)
        yield Number(name, float(found.statistic), meaning, int(found.lags), p_value=float(found.pvalue))
