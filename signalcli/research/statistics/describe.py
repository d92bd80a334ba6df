"""Statistics of BARS as one long table, by symbol and section."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from signalcli.config.statistics import PLAIN, StatisticsConfig
from signalcli.io.libraries import require_library
from signalcli.research.statistics import autocorrelation, autoregression, stationarity
from signalcli.research.statistics.distribution import describe_returns
from signalcli.research.statistics.hurst import estimate_hurst
from signalcli.research.statistics.linearity import check_linearity
from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.sessions import count_missing_sessions
from signalcli.research.statistics.statistic import Statistic
from signalcli.research.statistics.summary import summarize
from signalcli.training.parallel import one_blas_thread

Section = Callable[[PriceSeries, StatisticsConfig], Iterator[Statistic]]

SECTIONS: dict[str, Section] = {
    "summary": lambda series, _: summarize(series),
    "sessions": lambda series, config: count_missing_sessions(series, config.calendar),
    "returns": lambda series, _: describe_returns(series),
    "adf": lambda series, _: stationarity.adf(series),
    "kpss": lambda series, _: stationarity.kpss(series),
    "acf": lambda series, config: autocorrelation.acf(series, config.lags),
    "pacf": lambda series, config: autocorrelation.pacf(series, config.lags),
    "order": lambda series, config: autoregression.select_order(series, config.max_order),
    "ar": lambda series, config: autoregression.coefficients(series, config.max_order),
    "residuals": lambda series, config: autoregression.check_residuals(series, config.max_order),
    "linearity": lambda series, config: check_linearity(series, config.max_order),
    "hurst": lambda series, config: estimate_hurst(series, config.random_state),
}


def describe_bars(bars: pd.DataFrame, config: StatisticsConfig) -> pd.DataFrame:
    """Columns symbol, section, name, lag, value, low, high, p_value, meaning; undefined cells are missing.

    bars : BARS. Raises UsageError when a section needs statsmodels and it is not installed.
    """
    heavy = ",".join(name for name in config.sections if name not in PLAIN)
    if heavy:
        _require_statsmodels(heavy)
    columns = ["symbol", "section", "name", "lag", "value", "low", "high", "p_value", "meaning"]
    # Ignored warnings: p-values outside of tables, which the meanings mention, and coming changes of
    # statsmodels. The regressions are too small for a second BLAS thread.
    with warnings.catch_warnings(action="ignore"), one_blas_thread(f"inspect {heavy}"):
        table = pd.DataFrame(_rows(bars, config), columns=columns)
    return table.astype({"lag": "Int64", "value": "float64", "low": "float64", "high": "float64"})


def _rows(bars: pd.DataFrame, config: StatisticsConfig) -> Iterator[dict[str, Any]]:
    for symbol, of_symbol in bars.groupby("symbol", sort=False):
        series = PriceSeries(of_symbol.reset_index(drop=True))
        for section in config.sections:
            for statistic in SECTIONS[section](series, config):
                yield {"symbol": symbol, "section": section, **statistic._asdict()}


def _require_statsmodels(sections: str) -> None:
    """Import statsmodels before BLAS threads are limited. Raises UsageError when it is not installed."""
    require_library("statsmodels", f"--section {sections}", f"--section {','.join(PLAIN)} needs nothing")
    import statsmodels.tsa.stattools  # noqa: F401
