"""Estimators of the volatility per bar from the last bars' prices: fractions, not annualized."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signalcli.features.feature import Feature, WindowFeature
from signalcli.features.sets.lags import log_returns
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows


def close_to_close(panel: Panel, width: int) -> np.ndarray:
    """Standard deviation of the log returns."""
    return panel.rolling("ret", lambda: log_returns(panel)).std(width)


CLOSE_TO_CLOSE = WindowFeature(
    name="vol_cc{w}",
    make=close_to_close,
    formula="std (ddof 1) of r = ln(close / close 1 bar before), over {w} bars",
    unit="per bar",
    bars_before=1,
)


def _squared_log_range(panel: Panel) -> np.ndarray:
    return panel.cached("ln_hl2", lambda: np.log(panel["high"] / panel["low"]) ** 2)


def parkinson(panel: Panel, width: int) -> np.ndarray:
    """Volatility from highs and lows."""
    return np.sqrt(panel.rolling("ln_hl2", lambda: _squared_log_range(panel)).mean(width) / (4 * np.log(2)))


PARKINSON = WindowFeature(
    name="vol_parkinson{w}",
    make=parkinson,
    formula="√(mean of ln(high / low)² / (4 ln 2)), over {w} bars",
    unit="per bar",
    source="Parkinson 1980",
)


def _log_body(panel: Panel) -> np.ndarray:
    return panel.cached("ln_oc", lambda: np.log(panel["close"] / panel["open"]))


def garman_klass(panel: Panel, width: int) -> np.ndarray:
    """Volatility from all four prices, for a price without drift."""

    def variance_of_bar() -> np.ndarray:
        return 0.5 * _squared_log_range(panel) - (2 * np.log(2) - 1) * _log_body(panel) ** 2

    return np.sqrt(panel.rolling("garman_klass", variance_of_bar).mean(width))


GARMAN_KLASS = WindowFeature(
    name="vol_gk{w}",
    make=garman_klass,
    formula="√ mean of (ln(high / low)² / 2 - (2 ln 2 - 1) ln(close / open)²), over {w} bars",
    unit="per bar",
    source="Garman, Klass 1980",
)


def _rogers_satchell_variance(panel: Panel) -> RollingWindows:
    def variance_of_bar() -> np.ndarray:
        opens, high, low, close = (panel[c] for c in ("open", "high", "low", "close"))
        return np.log(high / close) * np.log(high / opens) + np.log(low / close) * np.log(low / opens)

    return panel.rolling("rogers_satchell", variance_of_bar)


def rogers_satchell(panel: Panel, width: int) -> np.ndarray:
    """Volatility from all four prices, for any drift."""
    return np.sqrt(_rogers_satchell_variance(panel).mean(width))


ROGERS_SATCHELL = WindowFeature(
    name="vol_rs{w}",
    make=rogers_satchell,
    formula="√ mean of (ln(h / c) ln(h / o) + ln(l / c) ln(l / o)), over {w} bars",
    unit="per bar",
    source="Rogers, Satchell 1991",
)


def yang_zhang(panel: Panel, width: int) -> np.ndarray:
    """Overnight, open-to-close and Rogers-Satchell variances, with the weights of least variance."""
    night = panel.rolling("night", lambda: np.log(panel["open"] / lag(panel["close"], 1)))
    day = panel.rolling("ln_oc", lambda: _log_body(panel))
    share = 0.34 / (1.34 + (width + 1) / (width - 1))
    session = share * day.std(width) ** 2 + (1 - share) * _rogers_satchell_variance(panel).mean(width)
    return np.sqrt(night.std(width) ** 2 + session)


YANG_ZHANG = WindowFeature(
    name="vol_yz{w}",
    make=yang_zhang,
    formula="√(var of night + k var of day + (1 - k) rs²), k = .34 / (1.34 + (w + 1) / (w - 1))"
    ", over {w} bars",
    unit="per bar",
    source="Yang, Zhang 2000",
    bars_before=1,
)


def volatility_features(widths: Sequence[int]) -> list[Feature]:
    """Every estimator over every width."""
    estimators = (CLOSE_TO_CLOSE, PARKINSON, GARMAN_KLASS, ROGERS_SATCHELL, YANG_ZHANG)
    return [estimator.over(width) for width in widths for estimator in estimators]
