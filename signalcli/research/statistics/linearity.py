"""Linearity of the AR model: Ramsey's RESET test (1969)."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np

from signalcli.research.statistics.autoregression import fit_ar
from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

# False alarms on ARCH processes: one in seven with the cube as well, six in ten without robust errors.
POWER, ERRORS = 2, "HC3"


def check_linearity(series: PriceSeries, max_order: int) -> Iterator[Statistic]:
    """RESET of the AR model that AIC selects, of order 1 at least, with heteroskedasticity-robust errors."""
    meaning = "RESET; a small p: the squared AR forecast explains returns as well"
    model = fit_ar(series, max_order)
    if model is None:
        yield Statistic("reset", nan, meaning)
        return
    order = max(len(model.params) - 1, 1)
    value, p = _reset(series.returns, order)
    yield Statistic("reset", value, meaning, lag=order, p_value=p)


def _reset(returns: np.ndarray, order: int) -> tuple[float, float]:
    """Test statistic and p-value."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import linear_reset

    scaled = (returns - np.mean(returns)) / np.std(returns)  # powers of raw returns would lose all digits
    lagged = np.lib.stride_tricks.sliding_window_view(scaled, order)[:-1]
    model = OLS(scaled[order:], np.column_stack([np.ones(len(lagged)), lagged])).fit()
    test = linear_reset(model, power=POWER, test_type="fitted", use_f=True, cov_type=ERRORS)
    return float(np.squeeze(test.statistic)), float(test.pvalue)
