"""How log returns are distributed."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

QUANTILES = {"q01": 0.01, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "q99": 0.99}


def returns(history: History) -> Iterator[Number]:
    """Moments and quantiles of the log returns, and the test of Jarque and Bera (1980) for a Gaussian."""
    r = history.returns
    yield Number("n", float(len(r)), "log returns from close to close")
    yield Number("mean", float(np.mean(r)) if len(r) else UNKNOWN, "mean log return of a bar")
    spread = float(np.std(r, ddof=1)) if len(r) > 1 else UNKNOWN
    yield Number("deviation", spread, "standard deviation of a bar (ddof 1)")
    yield Number("min", float(np.min(r)) if len(r) else UNKNOWN, "worst bar")
    for name, share in QUANTILES.items():
        value = float(np.quantile(r, share)) if len(r) else UNKNOWN
        yield Number(name, value, f"{share:.0%} of the bars return less")
    yield Number("max", float(np.max(r)) if len(r) else UNKNOWN, "best bar")
    yield from _shape(history)


def _shape(history: History) -> Iterator[Number]:
    skew = excess = jarque_bera = p = UNKNOWN
    if history.moves and len(history.returns) > 3:
        r = history.returns
        z = (r - np.mean(r)) / np.std(r)
        skew, excess = float(np.mean(z**3)), float(np.mean(z**4)) - 3
        jarque_bera = len(r) / 6 * (skew**2 + excess**2 / 4)
        p = math.exp(-jarque_bera / 2)  # chi-squared with two degrees of freedom
    yield Number("skewness", skew, "0 of a symmetric distribution; below 0 the worst bars outweigh the best")
    yield Number("excess_kurtosis", excess, "0 of a Gaussian; above 0 the tails are fat")
    meaning = "Jarque-Bera; a small p: returns are not Gaussian"
    yield Number("jarque_bera", jarque_bera, meaning, p_value=p)
