"""Technical indicators in units that do not depend on the price level."""

import numpy as np

from signalcli.features.windows import exponential, lag, mean, ratio, std


def rsi(close: np.ndarray, period: int = 14) -> np.ndarray:
    """Relative strength index, 0 … 100, Wilder's smoothing; 50 when nothing moved (Wilder 1978)."""
    change = close - lag(close, 1)
    up = exponential(np.maximum(change, 0.0), 1 / period, period)
    down = exponential(np.maximum(-change, 0.0), 1 / period, period)
    return 100.0 * ratio(up, up + down, undefined=0.5)


def macd(close: np.ndarray, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """MACD line and its distance from the signal line, as fractions of the close (Appel 1979)."""
    line = exponential(close, 2 / (fast + 1), slow) - exponential(close, 2 / (slow + 1), slow)
    return line / close, (line - exponential(line, 2 / (signal + 1), signal)) / close


def true_range(bars: dict[str, np.ndarray]) -> np.ndarray:
    """Largest of high-low and the distances of both from the close before; NaN for the first bar."""
    before = lag(bars["close"], 1)
    return np.maximum(bars["high"], before) - np.minimum(bars["low"], before)


def atr(bars: dict[str, np.ndarray], period: int = 14) -> np.ndarray:
    """Average true range, Wilder's smoothing, as a fraction of the close (Wilder 1978)."""
    return exponential(true_range(bars), 1 / period, period) / bars["close"]


def bollinger(close: np.ndarray, width: int = 20, deviations: float = 2.0) -> np.ndarray:
    """Place of the close in its Bollinger band: -1 lower edge, 0 the mean, 1 upper edge; 0 in a flat band."""
    return ratio(close - mean(close, width), deviations * std(close, width), undefined=0.0)


def indicators(bars: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All of them, named with their periods."""
    line, histogram = macd(bars["close"])
    return {
        "rsi14": rsi(bars["close"]),
        "macd12_26": line,
        "macd_hist9": histogram,
        "atr14": atr(bars),
        "bollinger20": bollinger(bars["close"]),
    }
