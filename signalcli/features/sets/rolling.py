"""Rolling statistics of log returns, log prices and volumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from signalcli.config.features import FeatureConfig
from signalcli.features.feature import Feature, WindowFeature
from signalcli.features.sets.lags import log_returns
from signalcli.features.timeseries import window_stats
from signalcli.features.timeseries.panel import Panel
from signalcli.features.timeseries.rolling import RollingWindows

Series = Callable[[Panel], RollingWindows]
Statistic = Callable[[RollingWindows, int], np.ndarray]


def _returns(panel: Panel) -> RollingWindows:
    return panel.rolling("ret", lambda: log_returns(panel))


def _rises(panel: Panel) -> RollingWindows:
    return panel.rolling("rises", lambda: np.maximum(log_returns(panel), 0.0))


def _falls(panel: Panel) -> RollingWindows:
    return panel.rolling("falls", lambda: np.maximum(-log_returns(panel), 0.0))


def _is_up(panel: Panel) -> RollingWindows:
    """1 where the return is above 0, else 0; NaN where it is unknown."""
    return panel.rolling("is_up", lambda: (log_returns(panel) > 0) + 0.0 * log_returns(panel))


def _is_down(panel: Panel) -> RollingWindows:
    return panel.rolling("is_down", lambda: (log_returns(panel) < 0) + 0.0 * log_returns(panel))


def _log_close(panel: Panel) -> RollingWindows:
    return panel.rolling("ln_close", lambda: np.log(panel["close"]))


def _high(panel: Panel) -> RollingWindows:
    return panel.rolling("high")


def negative_low(panel: Panel) -> RollingWindows:
    """Windows over -low; their maximum stands where the lowest low does."""
    return panel.rolling("-low", lambda: -panel["low"])


def _log_volume(panel: Panel) -> RollingWindows:
    return panel.rolling("ln1p_volume", lambda: np.log1p(panel["volume"]))


def _median(windows: RollingWindows, width: int) -> np.ndarray:
    return window_stats.quantile(windows, width, 0.5)


def _quantile_20(windows: RollingWindows, width: int) -> np.ndarray:
    return window_stats.quantile(windows, width, 0.2)


def _quantile_80(windows: RollingWindows, width: int) -> np.ndarray:
    return window_stats.quantile(windows, width, 0.8)


def _share_since_max(windows: RollingWindows, width: int) -> np.ndarray:
    return window_stats.bars_since_max(windows, width) / width


def _declare(
    name: str, series: Series, statistic: Statistic, formula: str, unit: str, bars_before: int = 0
) -> WindowFeature:
    return WindowFeature(
        name=f"{name}{{w}}",
        make=lambda panel, width: statistic(series(panel), width),
        formula=f"{formula}, over {{w}} bars",
        unit=unit,
        bars_before=bars_before,
    )


_R = "r = ln(close / close 1 bar before)"
_LINE = "least-squares line through ln close"


def _of_returns(
    name: str, statistic: Statistic, formula: str, unit: str = "log return", series: Series = _returns
) -> WindowFeature:
    """A statistic of returns reads one bar before its window."""
    return _declare(name, series, statistic, f"{formula}, {_R}", unit, bars_before=1)


STATISTICS = {
    "mean": _of_returns("ret_mean", RollingWindows.mean, "mean of r"),
    "std": _of_returns("ret_std", RollingWindows.std, "standard deviation of r (ddof 1)"),
    "min": _of_returns("ret_min", RollingWindows.min, "smallest r"),
    "max": _of_returns("ret_max", RollingWindows.max, "largest r"),
    "median": _of_returns("ret_median", _median, "median of r"),
    "q20": _of_returns("ret_q20_", _quantile_20, ".2 quantile of r"),
    "q80": _of_returns("ret_q80_", _quantile_80, ".8 quantile of r"),
    "rank": _of_returns("ret_rank", window_stats.rank, "rank of the newest r / bars", "0…1"),
    "skew": _of_returns("ret_skew", window_stats.skew, "adjusted skewness of r", "1"),
    "slope": _declare("price_slope", _log_close, window_stats.slope, f"slope of the {_LINE}", "per bar"),
    "r2": _declare("price_r2_", _log_close, window_stats.r_squared, f"r² of the {_LINE}", "0…1"),
    "residual": _declare(
        "price_residual", _log_close, window_stats.residual, f"distance from the {_LINE}", "log ratio"
    ),
    "since_max": _declare("since_max", _high, _share_since_max, "bars since the highest high / bars", "0…1"),
    "since_min": _declare(
        "since_min", negative_low, _share_since_max, "bars since the lowest low / bars", "0…1"
    ),
    "corr_volume": WindowFeature(
        name="ret_corr_volume{w}",
        make=lambda panel, width: window_stats.correlation(_returns(panel), _log_volume(panel), width),
        formula=f"correlation of r and ln(1 + volume), {_R}, over {{w}} bars",
        unit="-1…1",
        bars_before=1,
    ),
    "up": _of_returns("ret_up", RollingWindows.mean, "share of bars with r > 0", "0…1", _is_up),
    "down": _of_returns("ret_down", RollingWindows.mean, "share of bars with r < 0", "0…1", _is_down),
    "up_sum": _of_returns("ret_up_sum", RollingWindows.sum, "sum of the r > 0", series=_rises),
    "down_sum": _of_returns("ret_down_sum", RollingWindows.sum, "sum of the -r > 0", series=_falls),
}


def rolling_features(
    widths: Sequence[int] = FeatureConfig.windows, statistics: Sequence[str] = FeatureConfig.statistics
) -> list[Feature]:
    """Every one of ``statistics`` (`STATISTICS`) over every width."""
    return [STATISTICS[name].over(width) for width in widths for name in statistics]
