"""Records of parts of a run, and of several symbols together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from signalcli.data.bars_per_year import bars_per_year
from signalcli.data.universe import longest_pause
from signalcli.evaluation.metrics.record import BOOKED, Record

WARM_UP = 0.05  # share of the span in which the first tested rows of all symbols lie


def rebase_drawdown(record: Record) -> Record:
    """The record of a part of a run, with a drawdown that starts at its first bar."""
    equity = np.cumprod(1.0 + record.net)
    return replace(record, drawdown=1.0 - equity / np.maximum(np.maximum.accumulate(equity), 1.0))


def pool(parts: list[Record]) -> Record:
    """Record of a portfolio with equal weights on all symbols that are alive at a date.

    A symbol is alive from its first bar to its last, and over the usual pauses before and after them. On a
    date without a bar, such as its holiday, it keeps its weight and its position, and earns 0. Weights are
    restored at every date. Labels are those of all rows. The position is the mean size, because a portfolio
    that is long in one symbol and short in another is not flat.
    """
    dates, date_of_row = np.unique(np.concatenate([part.dates for part in parts]), return_inverse=True)
    most = longest_pause(part.dates for part in parts)
    lifetimes = [_lifetime(part.dates, dates, most) for part in parts]
    alive = _count_alive(lifetimes, len(dates))

    def stack(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def mean_by_date(values: np.ndarray) -> np.ndarray:
        return np.bincount(date_of_row, weights=values, minlength=len(dates)) / alive

    def market() -> np.ndarray:
        returns = np.concatenate([part.market() for part in parts])
        known = ~np.isnan(returns)
        count = alive - np.bincount(date_of_row[~known], minlength=len(dates))
        total = np.bincount(date_of_row[known], weights=returns[known], minlength=len(dates))
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    label_names = ("y", "predicted", "p", "forward_returns", "label_dates")
    labels: dict[str, Any] = {name: stack(name) for name in label_names}
    booked: dict[str, Any] = {name: mean_by_date(stack(name)) for name in BOOKED if name != "position"}
    pooled = Record(
        **labels,
        **booked,
        classes=parts[0].classes,
        label_bars=np.searchsorted(dates, labels["label_dates"]),
        horizon=max(part.horizon for part in parts),
        band=None if parts[0].band is None else stack("band"),
        position=_held_sizes(parts, dates, lifetimes) / alive,
        dates=dates,
        per_year=bars_per_year(dates),
        market=market,
        entered=sum(part.entries for part in parts),
    )
    return rebase_drawdown(pooled)


def with_booked(record: Record, booked: pd.DataFrame) -> Record:
    """The record with the returns of a portfolio that traded the same dates with one capital.

    ``booked`` has a row a date, with the date and the columns of `BOOKED`; its drawdown starts anew. They do
    not tell how often a side of a symbol was entered.
    """
    rows = np.searchsorted(booked["date"].to_numpy(), record.dates)
    columns: dict[str, Any] = {name: booked[column].to_numpy()[rows] for name, column in BOOKED.items()}
    return rebase_drawdown(replace(record, **columns, entered=math.nan))


def _count_alive(lifetimes: list[tuple[int, int]], n_dates: int) -> np.ndarray:
    """Number of symbols that are alive at each date, (n_dates,)."""
    change = np.zeros(n_dates + 1, dtype="int64")
    for first, end in lifetimes:
        change[first] += 1
        change[end] -= 1
    return np.cumsum(change[:-1])


def _lifetime(own: np.ndarray, dates: np.ndarray, most: np.timedelta64) -> tuple[int, int]:
    """Positions in ``dates`` from which, and before which, a symbol with bars at ``own`` is alive.

    What remains of ``dates`` before its first or after its last bar counts as a pause unless it is as long as
    its longest one, or as ``most``: then it was listed later or is no longer traded. Before its first bar it
    also counts where tested rows begin within `WARM_UP` of each other: folds of another calendar begin some
    days apart, and the capital of a symbol waits for its first forecast.
    """
    pause = min(np.max(np.diff(own)), most) if len(own) > 1 else np.timedelta64(0, "D")
    first, end = (int(np.searchsorted(dates, own[0])), int(np.searchsorted(dates, own[-1], side="right")))
    return (
        0 if own[0] - dates[0] < max(pause, WARM_UP * (dates[-1] - dates[0])) else first,
        len(dates) if dates[-1] - own[-1] < pause else end,
    )


def _held_sizes(parts: list[Record], dates: np.ndarray, lifetimes: list[tuple[int, int]]) -> np.ndarray:
    """Sum of the sizes of all positions at each date; a position lasts until the next bar of its symbol."""
    total = np.zeros(len(dates))
    for part, (_, end) in zip(parts, lifetimes, strict=True):
        at = np.searchsorted(dates, part.dates)
        total[at[0] : end] += np.repeat(np.abs(part.position), np.diff(at, append=end))
    return total
