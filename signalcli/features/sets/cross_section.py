"""A symbol compared with all symbols of the same date; the only set that reads other symbols."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.sets.lags import log_return
from signalcli.features.timeseries.panel import Panel

MARKET = ("market_ret", "market_up", "ret_rank")


def market_columns(dates: np.ndarray, close: np.ndarray, starts: np.ndarray) -> dict[str, np.ndarray]:
    """The columns `MARKET` of a flat table sorted by symbol; ``starts`` are the first rows of the symbols."""
    returns = log_return(close)
    returns[starts] = np.nan
    known = np.flatnonzero(~np.isnan(returns))
    day = np.unique(dates[known], return_inverse=True)[1]
    columns = {name: np.full(len(close), np.nan) for name in MARKET}
    columns["market_ret"][known] = _mean_of_day(day, returns[known])
    columns["market_up"][known] = _mean_of_day(day, (returns[known] > 0).astype("float64"))
    columns["ret_rank"][known] = _rank_in_day(day, returns[known])
    return columns


def _mean_of_day(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (np.bincount(day, values) / np.bincount(day))[day]


def _rank_in_day(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Rank of each value in its day divided by the day's count (above 0, up to 1); ties get the mean rank."""
    order = np.lexsort((values, day))
    day, values = day[order], values[order]
    new = np.ones(len(day), bool)
    new[1:] = (day[1:] != day[:-1]) | (values[1:] != values[:-1])
    tie = np.cumsum(new) - 1
    count = np.bincount(tie)
    first = np.flatnonzero(new)
    day_start = np.searchsorted(day, day[first])
    mean_rank = first - day_start + (count + 1) / 2
    out = np.empty(len(day))
    out[order] = mean_rank[tie] / np.bincount(day)[day]
    return out


def cross_section_features() -> list[Feature]:
    """``market_ret``, ``market_up``, ``ret_excess`` and ``ret_rank``."""
    ret = "r = ln(close / close 1 bar before)"
    return [
        _feature("market_ret", lambda p: p["market_ret"], f"mean of the symbols' {ret}", "log return"),
        _feature("market_up", lambda p: p["market_up"], f"share of the symbols with r > 0, {ret}", "0…1"),
        _feature(
            "ret_excess",
            lambda p: log_return(p["close"]) - p["market_ret"],
            f"r - market_ret, {ret}",
            "log return",
        ),
        _feature(
            "ret_rank", lambda p: p["ret_rank"], f"rank of r among the symbols / their number, {ret}", "0…1"
        ),
    ]


def _feature(name: str, make: Callable[[Panel], np.ndarray], formula: str, unit: str) -> Feature:
    return Feature(name=name, make=make, look_back=2, formula=formula, unit=unit, across=True)
