"""A symbol among the others of the same date: the one set that reads more than its own symbol."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.features.feature import Feature

MARKET = ("market_ret", "market_up", "ret_rank")


def market(dates: np.ndarray, close: np.ndarray, starts: np.ndarray) -> dict[str, np.ndarray]:
    """`MARKET` of a flat table sorted by symbol; sums run in the order of the symbols."""
    logs = np.log(close)
    returns = np.concatenate([[np.nan], logs[1:] - logs[:-1]])
    returns[starts] = np.nan
    known = np.flatnonzero(~np.isnan(returns))
    day = np.unique(dates[known], return_inverse=True)[1]
    found = {name: np.full(len(close), np.nan) for name in MARKET}
    found["market_ret"][known] = _mean(day, returns[known])
    found["market_up"][known] = _mean(day, (returns[known] > 0).astype("float64"))
    found["ret_rank"][known] = _rank(day, returns[known])
    return found


def _mean(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (np.bincount(day, values) / np.bincount(day))[day]


def _rank(day: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the day's values that are not above, ties counted half; above 0 up to 1."""
    order = np.lexsort((values, day))
    day, values = day[order], values[order]
    fresh = np.ones(len(day), bool)
    fresh[1:] = (day[1:] != day[:-1]) | (values[1:] != values[:-1])
    tie = np.cumsum(fresh) - 1
    count = np.bincount(tie)
    first = np.flatnonzero(fresh)
    morning = np.searchsorted(day, day[first])  # where the day begins
    average = first - morning + (count + 1) / 2
    out = np.empty(len(day))
    out[order] = average[tie] / np.bincount(day)[day]
    return out


def cross() -> list[Feature]:
    """``market_ret``, ``market_up``, ``ret_excess`` and ``ret_rank``."""
    ret = "r = ln(close / close 1 bar before)"
    return [
        _among("market_ret", lambda p: p["market_ret"], f"mean of the symbols' {ret}", "log return"),
        _among("market_up", lambda p: p["market_up"], f"share of the symbols with r > 0, {ret}", "0…1"),
        _among(
            "ret_excess",
            lambda p: np.log(p["close"]) - np.log(_before(p["close"])) - p["market_ret"],
            f"r - market_ret, {ret}",
            "log return",
        ),
        _among(
            "ret_rank", lambda p: p["ret_rank"], f"rank of r among the symbols / their number, {ret}", "0…1"
        ),
    ]


def _before(close: np.ndarray) -> np.ndarray:
    return np.concatenate([np.full((1, *close.shape[1:]), np.nan), close[:-1]])


def _among(name: str, make: Callable[..., np.ndarray], formula: str, unit: str) -> Feature:
    return Feature(name, make, 2, formula, unit, across=True)
