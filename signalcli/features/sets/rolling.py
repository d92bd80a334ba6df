"""Statistics of the last bars: of log returns, of the log price, and of both with volume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.feature import Feature
from signalcli.features.sets.lags import returns
from signalcli.features.timeseries import window_stats as shapes
from signalcli.features.timeseries.rolling import RollingWindows

if TYPE_CHECKING:
    from signalcli.features.timeseries.panel import Panel

WIDTHS = FeatureConfig.windows


def return_trail(panel: Panel) -> RollingWindows:
    """Windows over the log returns."""
    return panel.trail("ret", lambda: returns(panel))


def _rises(panel: Panel) -> RollingWindows:
    return panel.trail("rises", lambda: np.maximum(returns(panel), 0.0))


def _falls(panel: Panel) -> RollingWindows:
    return panel.trail("falls", lambda: np.maximum(-returns(panel), 0.0))


def _rose(panel: Panel) -> RollingWindows:
    return panel.trail("rose", lambda: (returns(panel) > 0) + 0.0 * returns(panel))


def _fell(panel: Panel) -> RollingWindows:
    return panel.trail("fell", lambda: (returns(panel) < 0) + 0.0 * returns(panel))


def _price(panel: Panel) -> RollingWindows:
    return panel.trail("ln_close", lambda: np.log(panel["close"]))


def _lows(panel: Panel) -> RollingWindows:
    return panel.trail("-low", lambda: -panel["low"])


def _volume(panel: Panel) -> RollingWindows:
    return panel.trail("ln1p_volume", lambda: np.log1p(panel["volume"]))


class Statistic(NamedTuple):
    """A number of the last bars: its column without the width, how it is made, and what it says."""

    column: str
    make: Callable[[Panel, int], np.ndarray]
    formula: str
    unit: str
    before: int  # bars it needs before its window


def _of_returns(
    name: str, make: Callable[[RollingWindows, int], np.ndarray], formula: str, unit: str
) -> Statistic:
    return Statistic(f"ret_{name}", lambda p, w: make(return_trail(p), w), formula, unit, 1)


def _of_price(
    name: str, make: Callable[[RollingWindows, int], np.ndarray], formula: str, unit: str
) -> Statistic:
    return Statistic(f"price_{name}", lambda p, w: make(_price(p), w), formula, unit, 0)


_R, _UNIT = "r = ln(close / close 1 bar before)", "log return"
_LINE = "least-squares line through ln close"
STATISTICS = {
    "mean": _of_returns("mean", RollingWindows.mean, f"mean of r, {_R}", _UNIT),
    "std": _of_returns("std", RollingWindows.std, f"standard deviation of r (ddof 1), {_R}", _UNIT),
    "min": _of_returns("min", RollingWindows.minimum, f"smallest r, {_R}", _UNIT),
    "max": _of_returns("max", RollingWindows.maximum, f"largest r, {_R}", _UNIT),
    "median": _of_returns("median", lambda t, w: shapes.quantile(t, w, 0.5), f"median of r, {_R}", _UNIT),
    "q20": _of_returns("q20_", lambda t, w: shapes.quantile(t, w, 0.2), f".2 quantile of r, {_R}", _UNIT),
    "q80": _of_returns("q80_", lambda t, w: shapes.quantile(t, w, 0.8), f".8 quantile of r, {_R}", _UNIT),
    "rank": _of_returns("rank", shapes.rank, f"rank of the newest r / bars, {_R}", "0…1"),
    "skew": _of_returns("skew", shapes.skew, f"adjusted skewness of r, {_R}", "1"),
    "slope": _of_price("slope", shapes.slope, f"slope of the {_LINE}", "per bar"),
    "r2": _of_price("r2_", shapes.r_squared, f"r² of the {_LINE}", "0…1"),
    "residual": _of_price("residual", shapes.residual, f"distance from the {_LINE}", "log ratio"),
    "since_max": Statistic(
        "since_max",
        lambda p, w: shapes.bars_since_maximum(p.trail("high"), w) / w,
        "bars since the highest high / bars",
        "0…1",
        0,
    ),
    "since_min": Statistic(
        "since_min",
        lambda p, w: shapes.bars_since_maximum(_lows(p), w) / w,
        "bars since the lowest low / bars",
        "0…1",
        0,
    ),
    "corr_volume": Statistic(
        "ret_corr_volume",
        lambda p, w: shapes.correlation(return_trail(p), _volume(p), w),
        f"correlation of r and ln(1 + volume), {_R}",
        "-1…1",
        1,
    ),
    "up": Statistic("ret_up", lambda p, w: _rose(p).mean(w), f"share of bars with r > 0, {_R}", "0…1", 1),
    "down": Statistic("ret_down", lambda p, w: _fell(p).mean(w), f"share of bars with r < 0, {_R}", "0…1", 1),
    "up_sum": Statistic("ret_up_sum", lambda p, w: _rises(p).total(w), f"sum of the r > 0, {_R}", _UNIT, 1),
    "down_sum": Statistic(
        "ret_down_sum", lambda p, w: _falls(p).total(w), f"sum of the -r > 0, {_R}", _UNIT, 1
    ),
}


def rolling(widths: Sequence[int] = WIDTHS, names: Sequence[str] = FeatureConfig.statistics) -> list[Feature]:
    """``ret_<statistic><w>`` and the like over each of the widths."""
    return [statistic(name, width) for width in widths for name in names]


def statistic(name: str, width: int) -> Feature:
    """One statistic of the last ``width`` bars."""
    found = STATISTICS[name]
    return Feature(
        f"{found.column}{width}",
        lambda panel: found.make(panel, width),
        width + found.before,
        f"{found.formula}, over {width} bars",
        found.unit,
    )
