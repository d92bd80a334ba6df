"""Volatility per bar, estimated from the last bars' prices; a fraction, not annualised."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.sets.lags import returns
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows


def close_to_close(panel: Panel, width: int) -> np.ndarray:
    """Standard deviation of the log returns."""
    return panel.trail("ret", lambda: returns(panel)).std(width)


def _high_low(panel: Panel) -> np.ndarray:
    return panel.once("ln_hl2", lambda: np.log(panel["high"] / panel["low"]) ** 2)


def _open_close(panel: Panel) -> np.ndarray:
    return panel.once("ln_oc", lambda: np.log(panel["close"] / panel["open"]))


def parkinson(panel: Panel, width: int) -> np.ndarray:
    """From highs and lows."""
    return np.sqrt(panel.trail("ln_hl2", lambda: _high_low(panel)).mean(width) / (4 * np.log(2)))


def garman_klass(panel: Panel, width: int) -> np.ndarray:
    """From highs, lows, opens and closes, without drift."""

    def of_bar() -> np.ndarray:
        return 0.5 * _high_low(panel) - (2 * np.log(2) - 1) * _open_close(panel) ** 2

    return np.sqrt(panel.trail("garman_klass", of_bar).mean(width))


def _rogers_satchell(panel: Panel) -> RollingWindows:
    def of_bar() -> np.ndarray:
        opens, high, low, close = (panel[c] for c in ("open", "high", "low", "close"))
        return np.log(high / close) * np.log(high / opens) + np.log(low / close) * np.log(low / opens)

    return panel.trail("rogers_satchell", of_bar)


def rogers_satchell(panel: Panel, width: int) -> np.ndarray:
    """From highs, lows, opens and closes, whatever the drift."""
    return np.sqrt(_rogers_satchell(panel).mean(width))


def yang_zhang(panel: Panel, width: int) -> np.ndarray:
    """Overnight, open to close, and Rogers-Satchell, weighed so that the variance is least."""
    night = panel.trail("night", lambda: np.log(panel["open"] / lag(panel["close"], 1)))
    day = panel.trail("ln_oc", lambda: _open_close(panel))
    share = 0.34 / (1.34 + (width + 1) / (width - 1))
    drifting = share * day.std(width) ** 2 + (1 - share) * _rogers_satchell(panel).mean(width)
    return np.sqrt(night.std(width) ** 2 + drifting)


_ESTIMATORS: dict[str, tuple[Callable[[Panel, int], np.ndarray], int, str, str]] = {
    "cc": (close_to_close, 1, "std (ddof 1) of r = ln(close / close 1 bar before)", ""),
    "parkinson": (parkinson, 0, "√(mean of ln(high / low)² / (4 ln 2))", "Parkinson 1980"),
    "gk": (
        garman_klass,
        0,
        "√ mean of (ln(high / low)² / 2 - (2 ln 2 - 1) ln(close / open)²)",
        "Garman, Klass 1980",
    ),
    "rs": (
        rogers_satchell,
        0,
        "√ mean of (ln(h / c) ln(h / o) + ln(l / c) ln(l / o))",
        "Rogers, Satchell 1991",
    ),
    "yz": (
        yang_zhang,
        1,
        "√(var of night + k var of day + (1 - k) rs²), k = .34 / (1.34 + (w + 1) / (w - 1))",
        "Yang, Zhang 2000",
    ),
}


def volatility(widths: Sequence[int]) -> list[Feature]:
    """``vol_<estimator><w>`` over each of the widths."""
    return [_estimate(name, width) for width in widths for name in _ESTIMATORS]


def _estimate(name: str, width: int) -> Feature:
    make, before, formula, source = _ESTIMATORS[name]
    text = f"{formula}, over {width} bars"
    return Feature(f"vol_{name}{width}", lambda p: make(p, width), width + before, text, "per bar", source)
