"""Indicators of trend: directional movement, Aroon, TRIX, PPO, distance from the mean, Donchian channel."""

from __future__ import annotations

import numpy as np

from signalcli.features.feature import Feature, WindowFeature
from signalcli.features.sets.indicators import APPEL, WILDER, true_range
from signalcli.features.sets.rolling import negative_low
from signalcli.features.timeseries import window_stats
from signalcli.features.timeseries.ewm import ema, memory, wilder
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel

_WILDER14, _EMA15 = memory(1 / 14), memory(2 / 16)  # bars that the averages read


def directional_movement(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Wilder's directional movements +DM and -DM."""
    up, down = panel["high"] - lag(panel["high"], 1), lag(panel["low"], 1) - panel["low"]
    zero = np.where(np.isnan(up), np.nan, 0.0)
    plus = zero + np.where((up > down) & (up > 0), up, 0.0)
    return plus, zero + np.where((down > up) & (down > 0), down, 0.0)


def directional_indicators(panel: Panel, period: int = 14) -> np.ndarray:
    """Directional indicators +DI and -DI, 0 … 100, stacked."""

    def compute() -> np.ndarray:
        ranges, movements = wilder(true_range(panel), period), directional_movement(panel)
        return np.stack([100.0 * ratio(wilder(m, period), ranges, undefined=0.0) for m in movements])

    return panel.cached(("directional", period), compute)


PLUS_DI = Feature(
    name="plus_di14",
    make=lambda panel: directional_indicators(panel)[0],
    look_back=_WILDER14 + 1,
    formula="100 W(+DM) / W(true range)",
    unit="0…100",
    source=WILDER,
)
MINUS_DI = Feature(
    name="minus_di14",
    make=lambda panel: directional_indicators(panel)[1],
    look_back=_WILDER14 + 1,
    formula="100 W(-DM) / W(true range)",
    unit="0…100",
    source=WILDER,
)


def adx(panel: Panel, period: int = 14) -> np.ndarray:
    """Average directional index, 0 … 100."""
    plus, minus = directional_indicators(panel, period)
    return wilder(100.0 * ratio(np.abs(plus - minus), plus + minus, undefined=0.0), period)


ADX = Feature(
    name="adx14",
    make=adx,
    look_back=2 * _WILDER14,
    formula="W(100 |+DI - -DI| / (+DI + -DI))",
    unit="0…100",
    source=WILDER,
)


def trix(panel: Panel, period: int = 15) -> np.ndarray:
    """Change of the triple exponential average in one bar, a fraction."""
    smooth = ema(ema(ema(panel["close"], period), period), period)
    return smooth / lag(smooth, 1) - 1.0


TRIX = Feature(
    name="trix15",
    make=trix,
    look_back=3 * _EMA15 - 1,
    formula="change of EMA15 of EMA15 of EMA15",
    source="Hutson 1983",
)


def aroon(panel: Panel, width: int = 14) -> np.ndarray:
    """Aroon up and down, 0 … 100, stacked: how recent the highest high and the lowest low are."""
    up = window_stats.bars_since_max(panel.rolling("high"), width + 1, oldest=False)
    down = window_stats.bars_since_max(negative_low(panel), width + 1, oldest=False)
    return 100.0 * (width - np.stack([up, down])) / width


AROON_UP = Feature(
    name="aroon_up14",
    make=lambda panel: aroon(panel)[0],
    look_back=15,
    formula="100 (14 - bars since the high) / 14",
    unit="0…100",
    source="Chande 1995",
)
AROON_DOWN = Feature(
    name="aroon_down14",
    make=lambda panel: aroon(panel)[1],
    look_back=15,
    formula="100 (14 - bars since the low) / 14",
    unit="0…100",
    source="Chande 1995",
)


def ppo(panel: Panel) -> np.ndarray:
    """Percentage price oscillator: fast exponential average over the slow one minus 1, a fraction."""
    return ema(panel["close"], 12) / ema(panel["close"], 26) - 1.0


PPO = Feature(name="ppo12_26", make=ppo, look_back=memory(2 / 27), formula="EMA12 / EMA26 - 1", source=APPEL)


def mean_distance(panel: Panel, width: int) -> np.ndarray:
    """Close over its mean minus 1, a fraction."""
    return panel["close"] / panel.rolling("close").mean(width) - 1.0


MEAN_DISTANCE = WindowFeature(
    name="sma_distance{w}", make=mean_distance, formula="close / mean over {w} - 1", unit="fraction"
)


def donchian(panel: Panel, width: int = 20) -> np.ndarray:
    """Width of the Donchian channel, as a fraction of the close."""
    return (panel.rolling("high").max(width) - panel.rolling("low").min(width)) / panel["close"]


DONCHIAN = Feature(
    name="donchian20",
    make=donchian,
    look_back=20,
    formula="(highest - lowest of 20 bars) / close",
    source="Donchian",
)
