"""Common technical indicators in units that do not depend on the price level."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.timeseries.ewm import ewm_mean, memory, wilder
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

WILDER, APPEL = "Wilder 1978", "Appel 1979"
Bars = Mapping[str, np.ndarray] | Panel


def rsi(close: np.ndarray, period: int = 14) -> np.ndarray:
    """Relative strength index, 0 … 100, with Wilder's average; 50 when nothing moved."""
    change = close - lag(close, 1)
    up, down = wilder(np.maximum(change, 0.0), period), wilder(np.maximum(-change, 0.0), period)
    return 100.0 * ratio(up, up + down, undefined=0.5)


def macd(close: np.ndarray, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """MACD line and MACD histogram (line minus signal line), as fractions of the close."""
    line = ewm_mean(close, 2 / (fast + 1), slow) - ewm_mean(close, 2 / (slow + 1), slow)
    return line / close, (line - ewm_mean(line, 2 / (signal + 1), signal)) / close


def true_range(bars: Bars) -> np.ndarray:
    """Range of the bar extended to the previous close; NaN for the first bar."""
    previous = lag(bars["close"], 1)
    return np.maximum(bars["high"], previous) - np.minimum(bars["low"], previous)


def atr(bars: Bars, period: int = 14) -> np.ndarray:
    """Average true range with Wilder's average, as a fraction of the close."""
    return wilder(true_range(bars), period) / bars["close"]


def bollinger(close: np.ndarray, width: int = 20, deviations: float = 2.0) -> np.ndarray:
    """Close in its Bollinger band: -1 lower edge, 0 mean, 1 upper edge; 0 in a flat band."""
    windows = RollingWindows(close)
    return ratio(close - windows.mean(width), deviations * windows.std(width), undefined=0.0)


def indicator_features() -> list[Feature]:
    """RSI, MACD, ATR and Bollinger band, named with their periods."""
    wilder_bars = memory(1 / 14)
    slow, signal = memory(2 / 27), memory(2 / 10)
    return [
        Feature(
            name="rsi14",
            make=lambda p: rsi(p["close"]),
            look_back=wilder_bars + 1,
            formula="100 U / (U + D); U, D: Wilder averages over 14 bars of the closes' rises and falls",
            unit="0…100",
            source=WILDER,
        ),
        Feature(
            name="macd12_26",
            make=lambda p: _macd(p)[0],
            look_back=slow,
            formula="(EMA12 - EMA26) / close",
            source=APPEL,
        ),
        Feature(
            name="macd_hist9",
            make=lambda p: _macd(p)[1],
            look_back=slow + signal - 1,
            formula="(m - EMA9 of m) / close, m = EMA12 - EMA26",
            source=APPEL,
        ),
        Feature(
            name="atr14",
            make=atr,
            look_back=wilder_bars + 1,
            formula="Wilder average of the true range over 14 bars / close",
            source=WILDER,
        ),
        Feature(
            name="bollinger20",
            make=lambda p: bollinger(p["close"]),
            look_back=20,
            formula="(close - mean20) / (2 std20)",
            unit="half bands",
            source="Bollinger 2001",
        ),
    ]


def _macd(panel: Panel) -> np.ndarray:
    return panel.cached("macd", lambda: np.stack(macd(panel["close"])))
