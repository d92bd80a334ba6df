"""Whether the square of a linear forecast adds anything to it: Ramsey's RESET (1969)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from signalcli.research.statistics.autoregression import fit
from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

# The cube as well would call one ARCH process in seven a curve, and errors that know no ARCH six in ten.
POWER, ERRORS = 2, "HC3"


def linearity(history: History, highest: int) -> Iterator[Number]:
    """RESET of the AR model that AIC picks, of order 1 at least; its errors allow for wild bars."""
    meaning = "RESET; a small p: the square of the AR forecast explains returns as well"
    fitted = fit(history, highest)
    if fitted is None:
        yield Number("reset", UNKNOWN, meaning)
        return
    order = max(len(fitted.params) - 1, 1)
    statistic, p = _reset(history.returns, order)
    yield Number("reset", statistic, meaning, lag=order, p_value=p)


def _reset(returns: np.ndarray, order: int) -> tuple[float, float]:
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import linear_reset

    scaled = (returns - np.mean(returns)) / np.std(returns)  # cubes of raw returns have no digits left
    past = np.lib.stride_tricks.sliding_window_view(scaled, order)[:-1]
    fitted = OLS(scaled[order:], np.column_stack([np.ones(len(past)), past])).fit()
    found = linear_reset(fitted, power=POWER, test_type="fitted", use_f=True, cov_type=ERRORS)
    return float(np.squeeze(found.statistic)), float(found.pvalue)
