"""The sequence block: each row carries its own window of channels, time-major, oldest bar first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.feature import Feature
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

DEFAULT = FeatureConfig.channels


def log_return(close: np.ndarray) -> np.ndarray:
    """Log return of each close against the close before; NaN for the first bar."""
    return np.log(close) - np.log(lag(close, 1))


def returns(panel: Panel) -> np.ndarray:
    """`log_return` of the panel's closes."""
    return panel.once("ret", lambda: log_return(panel["close"]))


def volume_z(volume: np.ndarray, window: int) -> np.ndarray:
    """Standard deviations of log(1 + volume) from its mean over the last ``window`` bars.

    0, the average, where the window did not move or holds an unknown volume, so that an index without
    volume loses no row; NaN only for the first window-1 bars.
    """
    size = np.log1p(np.maximum(volume, 0.0))
    trail = RollingWindows(size)
    scores = ratio(size - trail.mean(window), trail.std(window), undefined=0.0)
    scores[np.isnan(scores)] = 0.0
    scores[: window - 1] = np.nan
    return scores


class Channel(NamedTuple):
    """What may be recorded of each bar: how it is made, how far it reaches, what it means."""

    make: Callable[[Panel, int], np.ndarray]
    look_back: Callable[[int], int]
    formula: str
    unit: str = "log ratio"


CHANNELS = {
    "ret": Channel(lambda p, _: returns(p), lambda _: 2, "ln(close / close 1 bar before)"),
    "range": Channel(lambda p, _: np.log(p["high"] / p["low"]), lambda _: 1, "ln(high / low)"),
    "volume_z": Channel(
        lambda p, w: volume_z(p["volume"], w),
        lambda w: w,
        "(v - mean of v) / std of v, v = ln(1 + volume)",
        "σ",
    ),
    "body": Channel(lambda p, _: np.log(p["close"] / p["open"]), lambda _: 1, "ln(close / open)"),
    "gap": Channel(
        lambda p, _: np.log(p["open"] / lag(p["close"], 1)), lambda _: 2, "ln(open / close 1 bar before)"
    ),
    "place": Channel(
        lambda p, _: ratio(p["close"] - p["low"], p["high"] - p["low"], undefined=0.5),
        lambda _: 1,
        "(close - low) / (high - low)",
        "0…1",
    ),
    "volume_change": Channel(
        lambda p, _: np.log1p(p["volume"]) - np.log1p(lag(p["volume"], 1)),
        lambda _: 2,
        "v - v 1 bar before, v = ln(1 + volume)",
    ),
}


def channels(panel: Panel, window: int, names: Sequence[str] = DEFAULT) -> dict[str, np.ndarray]:
    """What is recorded of each bar: log return, log high/low range, z-score of log volume."""
    return {name: channel(panel, name, window) for name in names}


def channel(panel: Panel, name: str, window: int) -> np.ndarray:
    """One channel of every bar."""
    return panel.once(("channel", name, window), lambda: CHANNELS[name].make(panel, window))


def windows(window: int, names: Sequence[str] = DEFAULT) -> list[Feature]:
    """The whole sequence block of the channels named."""
    return lags(window, names)


def lags(window: int, names: Sequence[str] = DEFAULT, ages: Sequence[int] = ()) -> list[Feature]:
    """``<channel>_lag<k>`` for k = window-1 … 0, or for the ages given; all channels of one bar side by side.

    A row reshapes to (window, channels); lag 0 is known at the close of the row's date.
    """
    chosen = sorted(ages, reverse=True) or range(window - 1, -1, -1)
    return [lagged(name, k, window) for k in chosen for name in names]


def lagged(name: str, k: int, window: int) -> Feature:
    """A channel as it was k bars ago."""
    found = CHANNELS[name]
    over = f" over {window} bars" if found.look_back(1) != found.look_back(2) else ""
    return Feature(
        f"{name}_lag{k}",
        lambda panel: channel(panel, name, window),
        found.look_back(window) + k,
        f"{found.formula}{over}, {k} bars ago",
        found.unit,
        lag=k,
    )
