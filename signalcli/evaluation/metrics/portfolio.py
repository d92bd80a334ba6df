"""Records of parts of a run, and of several symbols together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from signalcli.evaluation.metrics.performance import bars_per_year
from signalcli.evaluation.metrics.record import BOOKED, Record


def rebase_drawdown(record: Record) -> Record:
    """The record of a part of a run, with a drawdown that starts at its first bar."""
    equity = np.cumprod(1.0 + record.net)
    return replace(record, drawdown=1.0 - equity / np.maximum(np.maximum.accumulate(equity), 1.0))


def pool(parts: list[Record]) -> Record:
    """Record of a portfolio with equal weights on all records that have a bar at a date.

    Weights are restored at every bar. Labels are those of all rows. The position is the mean size, because a
    portfolio that is long in one symbol and short in another is not flat.
    """
    dates, date_of_row = np.unique(np.concatenate([part.dates for part in parts]), return_inverse=True)

    def stack(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def mean_by_date(values: np.ndarray) -> np.ndarray:
        return np.bincount(date_of_row, weights=values) / np.bincount(date_of_row)

    def market() -> np.ndarray:
        returns = np.concatenate([part.market() for part in parts])
        known = ~np.isnan(returns)
        count = np.bincount(date_of_row[known], minlength=len(dates))
        total = np.bincount(date_of_row[known], weights=returns[known], minlength=len(dates))
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    label_names = ("y", "predicted", "p", "forward_returns", "label_dates")
    labels: dict[str, Any] = {name: stack(name) for name in label_names}
    booked: dict[str, Any] = {name: mean_by_date(stack(name)) for name in BOOKED if name != "position"}
    pooled = Record(
        **labels,
        **booked,
        classes=parts[0].classes,
        band=None if parts[0].band is None else stack("band"),
        position=mean_by_date(np.abs(stack("position"))),
        dates=dates,
        per_year=bars_per_year(dates),
        market=market,
    )
    return rebase_drawdown(pooled)
