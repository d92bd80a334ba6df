"""Oscillators: stochastic, Williams %R, CCI, rate of change, CMO, ultimate oscillator, balance of power."""

from __future__ import annotations

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.sets.indicators import true_range
from signalcli.features.timeseries.ewm import memory, wilder
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import mean

_PLACE = "100 (close - lowest) / (highest - lowest)"


def stochastic(panel: Panel, width: int = 14) -> np.ndarray:
    """Place of the close between the lowest low and the highest high, 0 … 100; 50 when flat."""
    low, high = panel.rolling("low").min(width), panel.rolling("high").max(width)
    return 100.0 * ratio(panel["close"] - low, high - low, undefined=0.5)


STOCHASTIC_FAST = Feature(
    name="stoch_fast14",
    make=stochastic,
    look_back=14,
    formula=f"{_PLACE} of 14 bars",
    unit="0…100",
    source="Lane 1984",
)
STOCHASTIC_K = Feature(
    name="stoch_k14",
    make=lambda panel: mean(stochastic(panel), 3),
    look_back=16,
    formula="mean of stoch_fast14 over 3",
    unit="0…100",
    source="Lane 1984",
)
STOCHASTIC_D = Feature(
    name="stoch_d14",
    make=lambda panel: mean(mean(stochastic(panel), 3), 3),
    look_back=18,
    formula="mean of stoch_k14 over 3",
    unit="0…100",
    source="Lane 1984",
)
WILLIAMS_R = Feature(
    name="willr14",
    make=lambda panel: stochastic(panel) - 100.0,
    look_back=14,
    formula=f"{_PLACE} - 100 of 14 bars",
    unit="-100…0",
    source="Williams 1979",
)


def cci(panel: Panel, width: int = 14) -> np.ndarray:
    """Commodity channel index; 0 when flat."""
    windows = panel.rolling("typical", lambda: typical_price(panel))
    center, total = windows.mean(width), np.zeros(windows.x.shape)
    for k in range(min(width, len(total))):
        total[k:] += np.abs(windows.x[: len(total) - k] - center[k:])
    return ratio(windows.x - center, 0.015 * total / width, undefined=0.0)


def typical_price(panel: Panel) -> np.ndarray:
    """Mean of high, low and close."""
    return panel.cached("typical", lambda: (panel["high"] + panel["low"] + panel["close"]) / 3.0)


CCI = Feature(
    name="cci14",
    make=cci,
    look_back=14,
    formula="(p - mean) / (.015 mean |p - mean|), p = (h + l + c) / 3, 14",
    unit="1",
    source="Lambert 1980",
)


def rate_of_change(panel: Panel, width: int = 10) -> np.ndarray:
    """Return over ``width`` bars, a fraction."""
    return panel["close"] / lag(panel["close"], width) - 1.0


ROC = Feature(name="roc10", make=rate_of_change, look_back=11, formula="close / close 10 bars before - 1")


def cmo(panel: Panel, period: int = 14) -> np.ndarray:
    """Chande's momentum oscillator with Wilder's averages, -100 … 100; 0 when flat."""
    change = panel["close"] - lag(panel["close"], 1)
    up, down = wilder(np.maximum(change, 0.0), period), wilder(np.maximum(-change, 0.0), period)
    return 100.0 * ratio(up - down, up + down, undefined=0.0)


CMO = Feature(
    name="cmo14",
    make=cmo,
    look_back=memory(1 / 14) + 1,
    formula="100 (U - D) / (U + D), Wilder averages",
    unit="-100…100",
    source="Chande 1994",
)


def ultimate_oscillator(panel: Panel) -> np.ndarray:
    """Ultimate oscillator over 7, 14 and 28 bars, 0 … 100; 50 when flat."""
    bottom = np.minimum(panel["low"], lag(panel["close"], 1))
    pressure = panel.rolling("pressure", lambda: panel["close"] - bottom)
    ranges = panel.rolling("true range", lambda: true_range(panel))
    parts = [ratio(pressure.sum(w), ranges.sum(w), undefined=0.5) for w in (7, 14, 28)]
    return 100.0 * (4 * parts[0] + 2 * parts[1] + parts[2]) / 7


ULTIMATE = Feature(
    name="ultimate",
    make=ultimate_oscillator,
    look_back=29,
    formula="100 (4 a7 + 2 a14 + a28) / 7, a = Σ pressure / Σ range",
    unit="0…100",
    source="Williams 1985",
)


def balance_of_power(panel: Panel) -> np.ndarray:
    """Body of the bar as a share of its range, -1 … 1; 0 when flat."""
    return ratio(panel["close"] - panel["open"], panel["high"] - panel["low"], undefined=0.0)


BALANCE_OF_POWER = Feature(
    name="bop",
    make=balance_of_power,
    look_back=1,
    formula="(close - open) / (high - low)",
    unit="-1…1",
    source="Livshin 2001",
)
