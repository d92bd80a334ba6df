"""qlib's Alpha158 expressions of open, high, low, close and volume, without VWAP0 (bars have no vwap).

Windows are full: a value is NaN until all its bars are there, where qlib uses the bars there are. A
regression or correlation over a flat window is 0, where qlib has no value.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature, WindowFeature
from signalcli.features.sets.rolling import negative_low
from signalcli.features.timeseries import window_stats as stats
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

WIDTHS = (5, 10, 20, 30, 60)
SOURCE = "qlib Alpha158"
TINY = 1e-12  # as published

WindowFunction = Callable[[Panel, int], np.ndarray]


def _span(p: Panel) -> np.ndarray:
    return p["high"] - p["low"] + TINY


def _body_top(p: Panel) -> np.ndarray:
    return np.maximum(p["open"], p["close"])


def _body_bottom(p: Panel) -> np.ndarray:
    return np.minimum(p["open"], p["close"])


def _of_bar(name: str, make: Callable[[Panel], np.ndarray], formula: str) -> Feature:
    return Feature(name=name, make=make, look_back=1, formula=formula, unit="ratio", source=SOURCE)


OF_BAR = [
    _of_bar("KMID", lambda p: (p["close"] - p["open"]) / p["open"], "(close-open)/open"),
    _of_bar("KLEN", lambda p: (p["high"] - p["low"]) / p["open"], "(high-low)/open"),
    _of_bar("KMID2", lambda p: (p["close"] - p["open"]) / _span(p), "(close-open)/(high-low+1e-12)"),
    _of_bar("KUP", lambda p: (p["high"] - _body_top(p)) / p["open"], "(high-max(open,close))/open"),
    _of_bar(
        "KUP2", lambda p: (p["high"] - _body_top(p)) / _span(p), "(high-max(open,close))/(high-low+1e-12)"
    ),
    _of_bar("KLOW", lambda p: (_body_bottom(p) - p["low"]) / p["open"], "(min(open,close)-low)/open"),
    _of_bar(
        "KLOW2", lambda p: (_body_bottom(p) - p["low"]) / _span(p), "(min(open,close)-low)/(high-low+1e-12)"
    ),
    _of_bar("KSFT", lambda p: (2 * p["close"] - p["high"] - p["low"]) / p["open"], "(2*close-high-low)/open"),
    _of_bar(
        "KSFT2",
        lambda p: (2 * p["close"] - p["high"] - p["low"]) / _span(p),
        "(2*close-high-low)/(high-low+1e-12)",
    ),
    _of_bar("OPEN0", lambda p: p["open"] / p["close"], "open/close"),
    _of_bar("HIGH0", lambda p: p["high"] / p["close"], "high/close"),
    _of_bar("LOW0", lambda p: p["low"] / p["close"], "low/close"),
]


def _close_relative(statistic: Callable[[RollingWindows, int], np.ndarray]) -> WindowFunction:
    """A statistic of the closes divided by the close."""
    return lambda p, w: statistic(p.rolling("close"), w) / p["close"]


def _place_of_highest(p: Panel, w: int) -> np.ndarray:
    return (w - stats.bars_since_max(p.rolling("high"), w)) / w


def _place_of_lowest(p: Panel, w: int) -> np.ndarray:
    return (w - stats.bars_since_max(negative_low(p), w)) / w


def _place_in_range(p: Panel, w: int) -> np.ndarray:
    low = p.rolling("low").min(w)
    return (p["close"] - low) / (p.rolling("high").max(w) - low + TINY)


def _log_volume(p: Panel) -> RollingWindows:
    return p.rolling("ln_volume", lambda: np.log(p["volume"] + 1.0))


def _log_volume_change(p: Panel) -> RollingWindows:
    """ln(volume / previous volume + 1); NaN where the previous volume was 0, never infinite."""

    def compute() -> np.ndarray:
        change = np.log(p["volume"] / lag(p["volume"], 1) + 1.0)
        return np.where(np.isfinite(change), change, np.nan)

    return p.rolling("ln_volume_change", compute)


def _close_change(p: Panel) -> RollingWindows:
    return p.rolling("close_ratio", lambda: p["close"] / lag(p["close"], 1))


_MOVES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "rise": np.maximum,
    "fall": lambda change, zero: np.maximum(-change, zero),
    "move": lambda change, _: np.abs(change),
    "is_up": lambda change, zero: zero + (change > 0),
    "is_down": lambda change, zero: zero + (change < 0),
}


def _moves(p: Panel, column: str, kind: str) -> RollingWindows:
    """Windows over the changes of a column, reduced to one of `_MOVES`."""

    def compute() -> np.ndarray:
        change = p[column] - lag(p[column], 1)
        return _MOVES[kind](change, np.where(np.isnan(change), np.nan, 0.0))

    return p.rolling(f"{column} {kind}", compute)


def _share_of_moves(p: Panel, column: str, kind: str, w: int) -> np.ndarray:
    return _moves(p, column, kind).sum(w) / (_moves(p, column, "move").sum(w) + TINY)


def _net_move(p: Panel, column: str, w: int) -> np.ndarray:
    up, down = _moves(p, column, "rise").sum(w), _moves(p, column, "fall").sum(w)
    return (up - down) / (_moves(p, column, "move").sum(w) + TINY)


def _volume_weighted_move(p: Panel) -> RollingWindows:
    return p.rolling("weighted move", lambda: np.abs(p["close"] / lag(p["close"], 1) - 1.0) * p["volume"])


def _of_window(name: str, make: WindowFunction, formula: str, bars_before: int = 0) -> WindowFeature:
    return WindowFeature(f"{name}{{w}}", make, formula, "ratio", SOURCE, bars_before)


def _of_changes(name: str, make: WindowFunction, formula: str) -> WindowFeature:
    """An expression of changes, which reads one bar before its window."""
    return _of_window(name, make, formula, bars_before=1)


OF_WINDOW = [
    _of_changes("ROC", lambda p, w: lag(p["close"], w) / p["close"], "ref(close,{w})/close"),
    _of_window("MA", _close_relative(RollingWindows.mean), "mean(close,{w})/close"),
    _of_window("STD", _close_relative(RollingWindows.std), "std(close,{w})/close"),
    _of_window("BETA", _close_relative(stats.slope), "slope(close,{w})/close"),
    _of_window("RSQR", lambda p, w: stats.r_squared(p.rolling("close"), w), "rsquare(close,{w})"),
    _of_window("RESI", _close_relative(stats.residual), "resi(close,{w})/close"),
    _of_window("MAX", lambda p, w: p.rolling("high").max(w) / p["close"], "max(high,{w})/close"),
    _of_window("MIN", lambda p, w: p.rolling("low").min(w) / p["close"], "min(low,{w})/close"),
    _of_window(
        "QTLU",
        _close_relative(lambda windows, w: stats.quantile(windows, w, 0.8)),
        "quantile(close,{w},0.8)/close",
    ),
    _of_window(
        "QTLD",
        _close_relative(lambda windows, w: stats.quantile(windows, w, 0.2)),
        "quantile(close,{w},0.2)/close",
    ),
    _of_window("RANK", lambda p, w: stats.rank(p.rolling("close"), w), "rank(close,{w})"),
    _of_window("RSV", _place_in_range, "(close-min(low,{w}))/(max(high,{w})-min(low,{w})+1e-12)"),
    _of_window("IMAX", _place_of_highest, "idxmax(high,{w})/{w}"),
    _of_window("IMIN", _place_of_lowest, "idxmin(low,{w})/{w}"),
    _of_window(
        "IMXD",
        lambda p, w: _place_of_highest(p, w) - _place_of_lowest(p, w),
        "(idxmax(high,{w})-idxmin(low,{w}))/{w}",
    ),
    _of_window(
        "CORR",
        lambda p, w: stats.correlation(p.rolling("close"), _log_volume(p), w),
        "corr(close,log(volume+1),{w})",
    ),
    _of_changes(
        "CORD",
        lambda p, w: stats.correlation(_close_change(p), _log_volume_change(p), w),
        "corr(close/ref(close,1),log(volume/ref(volume,1)+1),{w})",
    ),
    _of_changes("CNTP", lambda p, w: _moves(p, "close", "is_up").mean(w), "mean(close>ref(close,1),{w})"),
    _of_changes("CNTN", lambda p, w: _moves(p, "close", "is_down").mean(w), "mean(close<ref(close,1),{w})"),
    _of_changes(
        "CNTD",
        lambda p, w: _moves(p, "close", "is_up").mean(w) - _moves(p, "close", "is_down").mean(w),
        "mean(close>ref(close,1),{w})-mean(close<ref(close,1),{w})",
    ),
    _of_changes(
        "SUMP", lambda p, w: _share_of_moves(p, "close", "rise", w), "sum(rises,{w})/(sum(moves,{w})+1e-12)"
    ),
    _of_changes(
        "SUMN", lambda p, w: _share_of_moves(p, "close", "fall", w), "sum(falls,{w})/(sum(moves,{w})+1e-12)"
    ),
    _of_changes(
        "SUMD",
        lambda p, w: _net_move(p, "close", w),
        "(sum(rises,{w})-sum(falls,{w}))/(sum(moves,{w})+1e-12)",
    ),
    _of_window(
        "VMA",
        lambda p, w: p.rolling("volume").mean(w) / (p["volume"] + TINY),
        "mean(volume,{w})/(volume+1e-12)",
    ),
    _of_window(
        "VSTD",
        lambda p, w: p.rolling("volume").std(w) / (p["volume"] + TINY),
        "std(volume,{w})/(volume+1e-12)",
    ),
    _of_changes(
        "WVMA",
        lambda p, w: _volume_weighted_move(p).std(w) / (_volume_weighted_move(p).mean(w) + TINY),
        "std(m,{w})/(mean(m,{w})+1e-12), m = abs(close/ref(close,1)-1)*volume",
    ),
    _of_changes("VSUMP", lambda p, w: _share_of_moves(p, "volume", "rise", w), "SUMP{w} of volume"),
    _of_changes("VSUMN", lambda p, w: _share_of_moves(p, "volume", "fall", w), "SUMN{w} of volume"),
    _of_changes("VSUMD", lambda p, w: _net_move(p, "volume", w), "SUMD{w} of volume"),
]


def alpha158_features() -> list[Feature]:
    """The 12 features of the bar and the 29 over each of `WIDTHS`, under their published names."""
    return [*OF_BAR, *(feature.over(width) for feature in OF_WINDOW for width in WIDTHS)]
