"""The sequence block: each row holds a window of channels, time-major, oldest bar first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.feature import Feature
from signalcli.features.timeseries.lag import lag, ratio
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows


def log_return(close: np.ndarray) -> np.ndarray:
    """Log return of each close from the previous close; NaN for the first bar."""
    return np.log(close) - np.log(lag(close, 1))


def log_returns(panel: Panel) -> np.ndarray:
    """`log_return` of the panel's closes, cached."""
    return panel.cached("ret", lambda: log_return(panel["close"]))


def volume_z(volume: np.ndarray, window: int) -> np.ndarray:
    """Z-score of log(1 + volume) over the last ``window`` bars; NaN only for the first window-1 bars.

    0 (the mean) where the window is flat or holds an unknown volume, so that an index without volume loses
    no row.
    """
    size = np.log1p(np.maximum(volume, 0.0))
    windows = RollingWindows(size)
    scores = ratio(size - windows.mean(window), windows.std(window), undefined=0.0)
    scores[np.isnan(scores)] = 0.0
    scores[: window - 1] = np.nan
    return scores


class Channel(NamedTuple):
    """One quantity of every bar in the sequence block.

    Parameters
    ----------
    make : callable
        From a `Panel` and the window (bars) to an array (bars, symbols).
    look_back : int or None
        Number of bars it reads; None for the window.
    formula, unit : str
        As in `Feature`.
    """

    make: Callable[[Panel, int], np.ndarray]
    look_back: int | None
    formula: str
    unit: str = "log ratio"


CHANNELS = {
    "ret": Channel(lambda p, _: log_returns(p), 2, "ln(close / close 1 bar before)"),
    "range": Channel(lambda p, _: np.log(p["high"] / p["low"]), 1, "ln(high / low)"),
    "volume_z": Channel(
        lambda p, w: volume_z(p["volume"], w), None, "(v - mean of v) / std of v, v = ln(1 + volume)", "σ"
    ),
    "body": Channel(lambda p, _: np.log(p["close"] / p["open"]), 1, "ln(close / open)"),
    "gap": Channel(lambda p, _: np.log(p["open"] / lag(p["close"], 1)), 2, "ln(open / close 1 bar before)"),
    "place": Channel(
        lambda p, _: ratio(p["close"] - p["low"], p["high"] - p["low"], undefined=0.5),
        1,
        "(close - low) / (high - low)",
        "0…1",
    ),
    "volume_change": Channel(
        lambda p, _: np.log1p(p["volume"]) - np.log1p(lag(p["volume"], 1)),
        2,
        "v - v 1 bar before, v = ln(1 + volume)",
    ),
}


def channel(panel: Panel, name: str, window: int) -> np.ndarray:
    """One channel of every bar, cached."""
    return panel.cached(("channel", name, window), lambda: CHANNELS[name].make(panel, window))


def lag_features(
    window: int, channels: Sequence[str] = FeatureConfig.channels, lags: Sequence[int] = ()
) -> list[Feature]:
    """``<channel>_lag<k>`` for k = window-1 … 0, or for the given ``lags``; channels of a bar side by side.

    A row of the whole block reshapes to (window, channels). Lag 0 is the row's own bar.
    """
    chosen = sorted(lags, reverse=True) or range(window - 1, -1, -1)
    return [lag_feature(name, k, window) for k in chosen for name in channels]


def lag_feature(name: str, k: int, window: int) -> Feature:
    """A channel ``k`` bars ago."""
    declared = CHANNELS[name]
    over = f" over {window} bars" if declared.look_back is None else ""
    return Feature(
        name=f"{name}_lag{k}",
        make=lambda panel: channel(panel, name, window),
        look_back=(declared.look_back or window) + k,
        formula=f"{declared.formula}{over}, {k} bars ago",
        unit=declared.unit,
        lag=k,
    )
