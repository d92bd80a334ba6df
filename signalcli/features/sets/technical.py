"""The wider family of indicators, free of the price level, on the periods that their authors use.

Where a range that they divide by is empty (nothing moved) each takes the middle of its scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.sets.indicators import WILDER, true_range
from signalcli.features.timeseries import window_stats as shapes
from signalcli.features.timeseries.ewm import ema, wilder
from signalcli.features.timeseries.lag import lag, memory, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows
from signalcli.features.timeseries.rolling import mean as average


def movement(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Wilder's directional movements, up and down."""
    up, down = panel["high"] - lag(panel["high"], 1), lag(panel["low"], 1) - panel["low"]
    nothing = np.where(np.isnan(up), np.nan, 0.0)
    return nothing + np.where((up > down) & (up > 0), up, 0.0), nothing + np.where(
        (down > up) & (down > 0), down, 0.0
    )


def directional(panel: Panel, period: int = 14) -> np.ndarray:
    """Directional indicators +DI and -DI, 0 … 100, stacked."""

    def make() -> np.ndarray:
        ranges = wilder(true_range(panel), period)
        return np.stack([100.0 * ratio(wilder(m, period), ranges, undefined=0.0) for m in movement(panel)])

    return panel.once(("directional", period), make)


def adx(panel: Panel, period: int = 14) -> np.ndarray:
    """Average directional index, 0 … 100."""
    plus, minus = directional(panel, period)
    return wilder(100.0 * ratio(np.abs(plus - minus), plus + minus, undefined=0.0), period)


def stochastic(panel: Panel, width: int = 14) -> np.ndarray:
    """Place of the close between the lowest low and the highest high, 0 … 100; 50 when they are one."""
    low, high = panel.trail("low").minimum(width), panel.trail("high").maximum(width)
    return 100.0 * ratio(panel["close"] - low, high - low, undefined=0.5)


def obv_change(panel: Panel, width: int = 20) -> np.ndarray:
    """Change of the on-balance volume over the window, as a share of the volume; -1 … 1."""

    def signed() -> np.ndarray:
        return np.sign(panel["close"] - lag(panel["close"], 1)) * panel["volume"]

    total = panel.trail("volume").total(width)
    return ratio(panel.trail("signed volume", signed).total(width), total, undefined=0.0)


def typical(panel: Panel) -> np.ndarray:
    """Mean of high, low and close."""
    return panel.once("typical", lambda: (panel["high"] + panel["low"] + panel["close"]) / 3.0)


def money_flow(panel: Panel, width: int = 14) -> np.ndarray:
    """Money flow index, 0 … 100; 50 without volume or movement."""
    price = typical(panel)
    change = price - lag(price, 1)
    flow = price * panel["volume"] + 0.0 * change
    up = average(np.where(change > 0, flow, 0.0 * flow), width)
    down = average(np.where(change < 0, flow, 0.0 * flow), width)
    return 100.0 * ratio(up, up + down, undefined=0.5)


def cci(panel: Panel, width: int = 14) -> np.ndarray:
    """Commodity channel index; 0 when flat."""
    trail = panel.trail("typical", lambda: typical(panel))
    centre, total = trail.mean(width), np.zeros(trail.x.shape)
    for k in range(min(width, len(total))):
        total[k:] += np.abs(trail.x[: len(total) - k] - centre[k:])
    return ratio(trail.x - centre, 0.015 * total / width, undefined=0.0)


def roc(panel: Panel, width: int = 10) -> np.ndarray:
    """Return over the window, a fraction."""
    return panel["close"] / lag(panel["close"], width) - 1.0


def trix(panel: Panel, period: int = 15) -> np.ndarray:
    """Change of the triple exponential average in one bar, a fraction."""
    smooth = ema(ema(ema(panel["close"], period), period), period)
    return smooth / lag(smooth, 1) - 1.0


def aroon(panel: Panel, width: int = 14) -> np.ndarray:
    """Aroon up and down, 0 … 100, stacked: how new the highest high and the lowest low are."""
    up = shapes.bars_since_maximum(panel.trail("high"), width + 1, oldest=False)
    down = shapes.bars_since_maximum(panel.trail("-low", lambda: -panel["low"]), width + 1, oldest=False)
    return 100.0 * (width - np.stack([up, down])) / width


def cmo(panel: Panel, period: int = 14) -> np.ndarray:
    """Chande's momentum oscillator with Wilder's averages, -100 … 100."""
    change = panel["close"] - lag(panel["close"], 1)
    up, down = wilder(np.maximum(change, 0.0), period), wilder(np.maximum(-change, 0.0), period)
    return 100.0 * ratio(up - down, up + down, undefined=0.0)


def ultimate(panel: Panel) -> np.ndarray:
    """Ultimate oscillator over 7, 14 and 28 bars, 0 … 100; 50 when nothing moved."""
    bottom = np.minimum(panel["low"], lag(panel["close"], 1))
    pressure = panel.trail("pressure", lambda: panel["close"] - bottom)
    ranges = panel.trail("true range", lambda: true_range(panel))
    parts = [ratio(pressure.total(w), ranges.total(w), undefined=0.5) for w in (7, 14, 28)]
    return 100.0 * (4 * parts[0] + 2 * parts[1] + parts[2]) / 7


def ppo(panel: Panel) -> np.ndarray:
    """Distance of the fast from the slow exponential average, as a fraction of the slow."""
    return ema(panel["close"], 12) / ema(panel["close"], 26) - 1.0


def balance_of_power(panel: Panel) -> np.ndarray:
    """Body of the bar as a share of its range, -1 … 1."""
    return ratio(panel["close"] - panel["open"], panel["high"] - panel["low"], undefined=0.0)


def chaikin(panel: Panel, width: int = 20) -> np.ndarray:
    """Chaikin's money flow, -1 … 1; 0 without volume."""
    high, low, close = panel["high"], panel["low"], panel["close"]
    flow = ratio(2 * close - high - low, high - low, undefined=0.0) * panel["volume"]
    return ratio(RollingWindows(flow).total(width), panel.trail("volume").total(width), undefined=0.0)


def distance(panel: Panel, width: int) -> np.ndarray:
    """Distance of the close from its mean, as a fraction of the mean."""
    return panel["close"] / panel.trail("close").mean(width) - 1.0


def donchian(panel: Panel, width: int = 20) -> np.ndarray:
    """Width of the Donchian channel, as a fraction of the close."""
    return (panel.trail("high").maximum(width) - panel.trail("low").minimum(width)) / panel["close"]


_W, _E15 = memory(1 / 14), memory(2 / 16)
_PLACE = "100 (close - lowest) / (highest - lowest)"
# name, function, look-back, formula, unit, source
_ALL: list[tuple[str, Callable[[Panel], np.ndarray], int, str, str, str]] = [
    ("plus_di14", lambda p: directional(p)[0], _W + 1, "100 W(+DM) / W(true range)", "0…100", WILDER),
    ("minus_di14", lambda p: directional(p)[1], _W + 1, "100 W(-DM) / W(true range)", "0…100", WILDER),
    ("adx14", adx, 2 * _W, "W(100 |+DI - -DI| / (+DI + -DI))", "0…100", WILDER),
    ("stoch_fast14", stochastic, 14, f"{_PLACE} of 14 bars", "0…100", "Lane 1984"),
    (
        "stoch_k14",
        lambda p: average(stochastic(p), 3),
        16,
        "mean of stoch_fast14 over 3",
        "0…100",
        "Lane 1984",
    ),
    (
        "stoch_d14",
        lambda p: average(average(stochastic(p), 3), 3),
        18,
        "mean of stoch_k14 over 3",
        "0…100",
        "Lane 1984",
    ),
    ("obv_change20", obv_change, 21, "Σ sign(change) volume / Σ volume over 20", "-1…1", "Granville 1963"),
    ("mfi14", money_flow, 15, "100 U / (U + D), money flows over 14", "0…100", "Quong, Soudack 1989"),
    ("cci14", cci, 14, "(p - mean) / (.015 mean |p - mean|), p = (h + l + c) / 3, 14", "", "Lambert 1980"),
    ("willr14", lambda p: stochastic(p) - 100.0, 14, f"{_PLACE} - 100 of 14 bars", "-100…0", "Williams 1979"),
    ("roc10", roc, 11, "close / close 10 bars before - 1", "fraction", ""),
    ("trix15", trix, 3 * _E15 - 1, "change of EMA15 of EMA15 of EMA15", "fraction", "Hutson 1983"),
    ("aroon_up14", lambda p: aroon(p)[0], 15, "100 (14 - bars since the high) / 14", "0…100", "Chande 1995"),
    ("aroon_down14", lambda p: aroon(p)[1], 15, "100 (14 - bars since the low) / 14", "0…100", "Chande 1995"),
    ("cmo14", cmo, _W + 1, "100 (U - D) / (U + D), Wilder averages", "-100…100", "Chande 1994"),
    (
        "ultimate",
        ultimate,
        29,
        "100 (4 a7 + 2 a14 + a28) / 7, a = Σ pressure / Σ range",
        "0…100",
        "Williams 1985",
    ),
    ("ppo12_26", ppo, memory(2 / 27), "EMA12 / EMA26 - 1", "fraction", "Appel 1979"),
    ("bop", balance_of_power, 1, "(close - open) / (high - low)", "-1…1", "Livshin 2001"),
    ("cmf20", chaikin, 20, "Σ (2c - h - l) / (h - l) volume / Σ volume over 20", "-1…1", "Chaikin"),
    ("sma_distance20", lambda p: distance(p, 20), 20, "close / mean over 20 - 1", "fraction", ""),
    ("sma_distance50", lambda p: distance(p, 50), 50, "close / mean over 50 - 1", "fraction", ""),
    ("sma_distance200", lambda p: distance(p, 200), 200, "close / mean over 200 - 1", "fraction", ""),
    ("donchian20", donchian, 20, "(highest - lowest of 20 bars) / close", "fraction", "Donchian"),
]


def technical() -> list[Feature]:
    """All of them; W is Wilder's average over 14 bars, EMA the exponential one."""
    return [
        Feature(name, make, back, text, unit or "1", source) for name, make, back, text, unit, source in _ALL
    ]
