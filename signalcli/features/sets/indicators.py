"""Technical indicators in units that do not depend on the price level."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.timeseries.ewm import smoothed, wilder
from signalcli.features.timeseries.lag import lag, memory, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

WILDER, APPEL = "Wilder 1978", "Appel 1979"
_RSI = "100 U / (U + D); U, D: Wilder averages over 14 bars of the closes' rises and falls"
_HISTOGRAM = "(m - EMA9 of m) / close, m = EMA12 - EMA26"
_ATR = "Wilder average of the true range over 14 bars / close"
_BAND = "(close - mean20) / (2 std20)"
Bars = Mapping[str, np.ndarray] | Panel


def rsi(close: np.ndarray, period: int = 14) -> np.ndarray:
    """Relative strength index, 0 … 100, Wilder's smoothing; 50 when nothing moved (Wilder 1978)."""
    change = close - lag(close, 1)
    up, down = wilder(np.maximum(change, 0.0), period), wilder(np.maximum(-change, 0.0), period)
    return 100.0 * ratio(up, up + down, undefined=0.5)


def macd(close: np.ndarray, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """MACD line and its distance from the signal line, as fractions of the close (Appel 1979)."""
    line = smoothed(close, 2 / (fast + 1), slow) - smoothed(close, 2 / (slow + 1), slow)
    return line / close, (line - smoothed(line, 2 / (signal + 1), signal)) / close


def true_range(bars: Bars) -> np.ndarray:
    """Largest of high-low and the distances of both from the close before; NaN for the first bar."""
    before = lag(bars["close"], 1)
    return np.maximum(bars["high"], before) - np.minimum(bars["low"], before)


def atr(bars: Bars, period: int = 14) -> np.ndarray:
    """Average true range, Wilder's smoothing, as a fraction of the close (Wilder 1978)."""
    return wilder(true_range(bars), period) / bars["close"]


def bollinger(close: np.ndarray, width: int = 20, deviations: float = 2.0) -> np.ndarray:
    """Place of the close in its Bollinger band: -1 lower edge, 0 the mean, 1 upper edge; 0 in a flat band."""
    trail = RollingWindows(close)
    return ratio(close - trail.mean(width), deviations * trail.std(width), undefined=0.0)


def indicators() -> list[Feature]:
    """All of them, named with their periods."""
    averaged = memory(1 / 14)
    slow, signal = memory(2 / 27), memory(2 / 10)
    return [
        Feature("rsi14", lambda p: rsi(p["close"]), averaged + 1, _RSI, "0…100", WILDER),
        Feature("macd12_26", lambda p: _macd(p)[0], slow, "(EMA12 - EMA26) / close", source=APPEL),
        Feature("macd_hist9", lambda p: _macd(p)[1], slow + signal - 1, _HISTOGRAM, source=APPEL),
        Feature("atr14", atr, averaged + 1, _ATR, source=WILDER),
        Feature("bollinger20", lambda p: bollinger(p["close"]), 20, _BAND, "half bands", "Bollinger 2001"),
    ]


def _macd(panel: Panel) -> np.ndarray:
    return panel.once("macd", lambda: np.stack(macd(panel["close"])))
