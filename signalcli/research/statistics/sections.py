"""BARS → one long table: a section after the other, symbol by symbol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from signalcli.config.statistics import PLAIN, StatisticsConfig
from signalcli.research.statistics import autocorrelation as correlation
from signalcli.research.statistics import autoregression as ar
from signalcli.research.statistics import stationarity
from signalcli.research.statistics.distribution import returns
from signalcli.research.statistics.history import History
from signalcli.research.statistics.hurst import hurst
from signalcli.research.statistics.linearity import linearity
from signalcli.research.statistics.number import Number
from signalcli.research.statistics.sessions import missing_sessions
from signalcli.research.statistics.statsmodels import load_statsmodels, without_words
from signalcli.research.statistics.summary import summary
from signalcli.training.parallel import one_blas_thread

if TYPE_CHECKING:
    import pandas as pd

Section = Callable[[History, StatisticsConfig], Iterator[Number]]

OF_SECTION: dict[str, Section] = {
    "summary": lambda h, _: summary(h),
    "sessions": lambda h, s: missing_sessions(h, s.calendar),
    "returns": lambda h, _: returns(h),
    "adf": lambda h, _: stationarity.adf(h),
    "kpss": lambda h, _: stationarity.kpss(h),
    "acf": lambda h, s: correlation.acf(h, s.lags),
    "pacf": lambda h, s: correlation.pacf(h, s.lags),
    "order": lambda h, s: ar.order(h, s.max_order),
    "ar": lambda h, s: ar.coefficients(h, s.max_order),
    "residuals": lambda h, s: ar.residuals(h, s.max_order),
    "linearity": lambda h, s: linearity(h, s.max_order),
    "hurst": lambda h, s: hurst(h, s.random_state),
}


def inspect(bars: pd.DataFrame, config: StatisticsConfig) -> pd.DataFrame:
    """Columns symbol, section, name, lag, value, low, high, p_value, meaning; unknown cells are missing.

    bars : BARS. Raises UsageError when a section needs statsmodels and it is not there.
    """
    import pandas as pd

    heavy = ",".join(name for name in config.sections if name not in PLAIN)
    if heavy:
        load_statsmodels(heavy)
    columns = ["symbol", "section", "name", "lag", "value", "low", "high", "p_value", "meaning"]
    with without_words(), one_blas_thread(f"inspect {heavy}"):  # regressions are small: a second thread waits
        table = pd.DataFrame(_rows(bars, config), columns=columns)
    return table.astype({"lag": "Int64", "value": "float64", "low": "float64", "high": "float64"})


def _rows(bars: pd.DataFrame, config: StatisticsConfig) -> Iterator[dict[str, Any]]:
    for symbol, of_symbol in bars.groupby("symbol", sort=False):
        history = History(of_symbol.reset_index(drop=True))
        for section in config.sections:
            for number in OF_SECTION[section](history, config):
                yield {"symbol": symbol, "section": section, **number._asdict()}
