"""How returns go with those before them: ACF and PACF with the band of white noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

FEWEST = 20  # returns
Z = 1.959963984540054  # of a two-sided 95 % band


def acf(history: History, lags: int) -> Iterator[Number]:
    """Autocorrelation of the log returns at lags 1 … ``lags``."""
    from statsmodels.tsa.stattools import acf as of

    yield from _by_lag(history, lags, "autocorrelation", lambda r, k: of(r, nlags=k, fft=True))


def pacf(history: History, lags: int) -> Iterator[Number]:
    """Partial autocorrelation of the log returns at lags 1 … ``lags`` (Yule-Walker, adjusted)."""
    from statsmodels.tsa.stattools import pacf as of

    yield from _by_lag(
        history, lags, "partial autocorrelation", lambda r, k: of(r, nlags=k, method="ywadjusted")
    )


def _by_lag(
    history: History, lags: int, what: str, of: Callable[[np.ndarray, int], np.ndarray]
) -> Iterator[Number]:
    """A row a lag; none is known of a series too short or without movement."""
    r = history.returns
    known = min(lags, len(r) // 2 - 1) if history.moves and len(r) >= FEWEST else 0
    found = of(r, known)[1:] if known > 0 else np.array([])
    band = Z / math.sqrt(len(r)) if known > 0 else UNKNOWN
    meaning = f"{what} of log returns; low … high is where 95 % of those of white noise lie"
    for lag in range(1, lags + 1):
        value = float(found[lag - 1]) if lag <= known else UNKNOWN
        p = math.erfc(abs(value) * math.sqrt(len(r) / 2)) if lag <= known else UNKNOWN
        low, high = (-band, band) if lag <= known else (UNKNOWN, UNKNOWN)
        yield Number("log_return", value, meaning, lag, low, high, p)
