"""qlib's Alpha158 expressions over open, high, low, close, volume; VWAP0 is left out, bars have no vwap.

Windows are full: a value is unknown until all its bars are there, where qlib takes what there is. A line
or correlation over a flat window is 0 where qlib has none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.timeseries import window_stats as shapes
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

WIDTHS = (5, 10, 20, 30, 60)
SOURCE = "qlib Alpha158"
TINY = 1e-12  # as published

Expression = tuple[Callable[[Panel], np.ndarray], str]
Rolling = tuple[Callable[[Panel, int], np.ndarray], str, int]  # function, formula, bars before the window


def _span(p: Panel) -> np.ndarray:
    return p["high"] - p["low"] + TINY


def _body_top(p: Panel) -> np.ndarray:
    return np.maximum(p["open"], p["close"])


def _body_bottom(p: Panel) -> np.ndarray:
    return np.minimum(p["open"], p["close"])


BARS: dict[str, Expression] = {
    "KMID": (lambda p: (p["close"] - p["open"]) / p["open"], "(close-open)/open"),
    "KLEN": (lambda p: (p["high"] - p["low"]) / p["open"], "(high-low)/open"),
    "KMID2": (lambda p: (p["close"] - p["open"]) / _span(p), "(close-open)/(high-low+1e-12)"),
    "KUP": (lambda p: (p["high"] - _body_top(p)) / p["open"], "(high-max(open,close))/open"),
    "KUP2": (lambda p: (p["high"] - _body_top(p)) / _span(p), "(high-max(open,close))/(high-low+1e-12)"),
    "KLOW": (lambda p: (_body_bottom(p) - p["low"]) / p["open"], "(min(open,close)-low)/open"),
    "KLOW2": (lambda p: (_body_bottom(p) - p["low"]) / _span(p), "(min(open,close)-low)/(high-low+1e-12)"),
    "KSFT": (lambda p: (2 * p["close"] - p["high"] - p["low"]) / p["open"], "(2*close-high-low)/open"),
    "KSFT2": (
        lambda p: (2 * p["close"] - p["high"] - p["low"]) / _span(p),
        "(2*close-high-low)/(high-low+1e-12)",
    ),
    "OPEN0": (lambda p: p["open"] / p["close"], "open/close"),
    "HIGH0": (lambda p: p["high"] / p["close"], "high/close"),
    "LOW0": (lambda p: p["low"] / p["close"], "low/close"),
}


def _of_close(statistic: Callable[[RollingWindows, int], np.ndarray]) -> Callable[[Panel, int], np.ndarray]:
    return lambda p, w: statistic(p.trail("close"), w) / p["close"]


def _fallen(p: Panel) -> RollingWindows:
    """Windows over the lows upside down: the place of the smallest is that of the largest."""
    return p.trail("-low", lambda: -p["low"])


def _highest(p: Panel, w: int) -> np.ndarray:
    return (w - shapes.bars_since_maximum(p.trail("high"), w)) / w


def _lowest(p: Panel, w: int) -> np.ndarray:
    return (w - shapes.bars_since_maximum(_fallen(p), w)) / w


def _place(p: Panel, w: int) -> np.ndarray:
    low = p.trail("low").minimum(w)
    return (p["close"] - low) / (p.trail("high").maximum(w) - low + TINY)


def _log_volume(p: Panel) -> RollingWindows:
    return p.trail("ln_volume", lambda: np.log(p["volume"] + 1.0))


def _volume_change(p: Panel) -> RollingWindows:
    """ln(volume ratio + 1); unknown where the volume before was 0, and infinite for nobody."""
    return p.trail("ln_volume_change", lambda: _finite(np.log(p["volume"] / lag(p["volume"], 1) + 1.0)))


def _finite(x: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(x), x, np.nan)


def _close_change(p: Panel) -> RollingWindows:
    return p.trail("close_ratio", lambda: p["close"] / lag(p["close"], 1))


def _moved(p: Panel, name: str, kind: str) -> RollingWindows:
    """Windows over the rises, falls or moves of a series, or over their marks."""

    def make() -> np.ndarray:
        change = p[name] - lag(p[name], 1)
        nothing = np.where(np.isnan(change), np.nan, 0.0)
        made = {
            "rise": np.maximum(change, nothing),
            "fall": np.maximum(-change, nothing),
            "move": np.abs(change),
            "rose": nothing + (change > 0),
            "fell": nothing + (change < 0),
        }
        return made[kind]

    return p.trail(f"{name} {kind}", make)


def _part(p: Panel, name: str, kind: str, w: int) -> np.ndarray:
    return _moved(p, name, kind).total(w) / (_moved(p, name, "move").total(w) + TINY)


def _net(p: Panel, name: str, w: int) -> np.ndarray:
    up, down = _moved(p, name, "rise").total(w), _moved(p, name, "fall").total(w)
    return (up - down) / (_moved(p, name, "move").total(w) + TINY)


def _weighed_move(p: Panel) -> RollingWindows:
    return p.trail("weighed move", lambda: np.abs(p["close"] / lag(p["close"], 1) - 1.0) * p["volume"])


ROLLING: dict[str, Rolling] = {
    "ROC": (lambda p, w: lag(p["close"], w) / p["close"], "ref(close,{w})/close", 1),
    "MA": (_of_close(RollingWindows.mean), "mean(close,{w})/close", 0),
    "STD": (_of_close(RollingWindows.std), "std(close,{w})/close", 0),
    "BETA": (_of_close(shapes.slope), "slope(close,{w})/close", 0),
    "RSQR": (lambda p, w: shapes.r_squared(p.trail("close"), w), "rsquare(close,{w})", 0),
    "RESI": (_of_close(shapes.residual), "resi(close,{w})/close", 0),
    "MAX": (lambda p, w: p.trail("high").maximum(w) / p["close"], "max(high,{w})/close", 0),
    "MIN": (lambda p, w: p.trail("low").minimum(w) / p["close"], "min(low,{w})/close", 0),
    "QTLU": (_of_close(lambda t, w: shapes.quantile(t, w, 0.8)), "quantile(close,{w},0.8)/close", 0),
    "QTLD": (_of_close(lambda t, w: shapes.quantile(t, w, 0.2)), "quantile(close,{w},0.2)/close", 0),
    "RANK": (lambda p, w: shapes.rank(p.trail("close"), w), "rank(close,{w})", 0),
    "RSV": (_place, "(close-min(low,{w}))/(max(high,{w})-min(low,{w})+1e-12)", 0),
    "IMAX": (_highest, "idxmax(high,{w})/{w}", 0),
    "IMIN": (_lowest, "idxmin(low,{w})/{w}", 0),
    "IMXD": (lambda p, w: _highest(p, w) - _lowest(p, w), "(idxmax(high,{w})-idxmin(low,{w}))/{w}", 0),
    "CORR": (
        lambda p, w: shapes.correlation(p.trail("close"), _log_volume(p), w),
        "corr(close,log(volume+1),{w})",
        0,
    ),
    "CORD": (
        lambda p, w: shapes.correlation(_close_change(p), _volume_change(p), w),
        "corr(close/ref(close,1),log(volume/ref(volume,1)+1),{w})",
        1,
    ),
    "CNTP": (lambda p, w: _moved(p, "close", "rose").mean(w), "mean(close>ref(close,1),{w})", 1),
    "CNTN": (lambda p, w: _moved(p, "close", "fell").mean(w), "mean(close<ref(close,1),{w})", 1),
    "CNTD": (
        lambda p, w: _moved(p, "close", "rose").mean(w) - _moved(p, "close", "fell").mean(w),
        "mean(close>ref(close,1),{w})-mean(close<ref(close,1),{w})",
        1,
    ),
    "SUMP": (lambda p, w: _part(p, "close", "rise", w), "sum(rises,{w})/(sum(moves,{w})+1e-12)", 1),
    "SUMN": (lambda p, w: _part(p, "close", "fall", w), "sum(falls,{w})/(sum(moves,{w})+1e-12)", 1),
    "SUMD": (lambda p, w: _net(p, "close", w), "(sum(rises,{w})-sum(falls,{w}))/(sum(moves,{w})+1e-12)", 1),
    "VMA": (
        lambda p, w: p.trail("volume").mean(w) / (p["volume"] + TINY),
        "mean(volume,{w})/(volume+1e-12)",
        0,
    ),
    "VSTD": (
        lambda p, w: p.trail("volume").std(w) / (p["volume"] + TINY),
        "std(volume,{w})/(volume+1e-12)",
        0,
    ),
    "WVMA": (
        lambda p, w: _weighed_move(p).std(w) / (_weighed_move(p).mean(w) + TINY),
        "std(m,{w})/(mean(m,{w})+1e-12), m = abs(close/ref(close,1)-1)*volume",
        1,
    ),
    "VSUMP": (lambda p, w: _part(p, "volume", "rise", w), "SUMP{w} of volume", 1),
    "VSUMN": (lambda p, w: _part(p, "volume", "fall", w), "SUMN{w} of volume", 1),
    "VSUMD": (lambda p, w: _net(p, "volume", w), "SUMD{w} of volume", 1),
}


def alpha158() -> list[Feature]:
    """The 12 of the bar and the 29 over each of `WIDTHS`, under their published names."""
    of_bar = [Feature(name, make, 1, text, "ratio", SOURCE) for name, (make, text) in BARS.items()]
    return of_bar + [_rolling(name, width) for name in ROLLING for width in WIDTHS]


def _rolling(name: str, width: int) -> Feature:
    make, text, before = ROLLING[name]
    formula = text.format(w=width)
    return Feature(f"{name}{width}", lambda p: make(p, width), width + before, formula, "ratio", SOURCE)
