"""RETURNS as arrays, one record a run: what every metric is a function of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.metrics.confusion import Counts, confusion
from signalcli.metrics.sharpe import moments
from signalcli.metrics.trading import Net, bars_per_year
from signalcli.tables import BAND, run_of

if TYPE_CHECKING:
    import pandas as pd

Trials = tuple[int, float]
"""How many configurations were tried on the data, and the variance of their Sharpe ratios per bar."""


@dataclass(frozen=True)
class Record:
    """All that one model did on one symbol; y, predicted, p and band hold the resolved rows only."""

    y: np.ndarray
    predicted: np.ndarray
    p: np.ndarray
    classes: np.ndarray
    position: np.ndarray
    turnover: np.ndarray
    gross: np.ndarray
    cost: np.ndarray
    net: np.ndarray
    drawdown: np.ndarray
    per_year: float
    dates: np.ndarray
    trials: Trials | None = None
    band: np.ndarray | None = None

    @cached_property
    def counts(self) -> Counts:
        """Confusion matrix of the directions."""
        return confusion(self.y, self.predicted, self.classes)

    @cached_property
    def earned(self) -> Net:
        """Net returns, and what the metrics share of them."""
        return Net(self.net)

    @cached_property
    def moments(self) -> tuple[float, float, float]:
        """Sharpe ratio per bar, skew and raw kurtosis."""
        return moments(self.net)


BOOKED = {
    "position": "position",
    "turnover": "turnover",
    "gross": "gross_return",
    "cost": "cost",
    "net": "net_return",
    "drawdown": "drawdown",
}


def record(rows: pd.DataFrame) -> Record:
    """RETURNS rows of one run, by date."""
    return _cut(_columns(rows), slice(None))


def records(
    returns: pd.DataFrame, further: list[str] | None = None
) -> Iterator[tuple[dict[str, Any], Record]]:
    """The record of every run under its symbol, model (path, ``further`` columns), sorted by them.

    The table is turned into arrays once and then cut, because a data frame a run would cost more than the
    metrics.
    """
    keys = [*run_of(returns), *(further or [])]
    order, borders, names = runs(returns, keys)
    columns = {name: array[order] for name, array in _columns(returns).items()}
    for named, first, behind in zip(names, borders[:-1], borders[1:], strict=True):
        yield dict(zip(keys, named, strict=True)), _cut(columns, slice(int(first), int(behind)))


def runs(
    table: pd.DataFrame, keys: list[str]
) -> tuple[np.ndarray | slice, np.ndarray, list[tuple[Any, ...]]]:
    """Order that puts the rows of each run together, the borders between runs, and the runs' names.

    Within a run the rows keep their order; runs are sorted by name.
    """
    import pandas as pd

    code = np.zeros(len(table), dtype="int64")
    for key in keys:
        of_key, values = pd.factorize(table[key], sort=True)
        code = code * len(values) + of_key
    order: np.ndarray | slice = (
        slice(None) if np.all(code[1:] >= code[:-1]) else np.argsort(code, kind="stable")
    )
    sorted_code = code[order]
    borders = np.flatnonzero(np.diff(sorted_code, prepend=-1, append=-1))
    firsts = np.arange(len(table))[order][borders[:-1]]
    return order, borders, list(table[keys].iloc[firsts].itertuples(index=False, name=None))


def _columns(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Every column that a record is made of."""
    shown = ["p_down", "p_flat", "p_up"] if "p_flat" in rows else ["p_up"]
    found = {name: rows[column].to_numpy() for name, column in BOOKED.items()}
    y = rows["direction"].to_numpy("float64", na_value=np.nan)
    found |= {BAND: rows[BAND].to_numpy("float64")} if BAND in rows else {}
    return found | {"p": rows[shown].to_numpy("float64"), "y": y, "dates": rows["date"].to_numpy()}


def _cut(columns: dict[str, np.ndarray], part: slice) -> Record:
    p, y = columns["p"][part], columns["y"][part]
    three = p.shape[1] == 3
    classes = np.array([-1, 0, 1] if three else [0, 1])
    p = p if three else np.column_stack([1.0 - p[:, 0], p[:, 0]])
    always_up = np.isnan(p[:, -1])  # buy & hold says a direction without a probability
    predicted = classes[np.argmax(np.where(always_up[:, np.newaxis], 0.0, p), axis=1)]
    predicted[always_up] = 1
    resolved = ~np.isnan(y)
    booked: dict[str, Any] = {name: columns[name][part] for name in BOOKED}
    return Record(
        y=y[resolved],
        predicted=predicted[resolved],
        p=p[resolved],
        classes=classes,
        per_year=bars_per_year(columns["dates"][part]),
        dates=columns["dates"][part],
        band=columns[BAND][part][resolved] if BAND in columns else None,
        **booked,
    )


def restarted(of_run: Record) -> Record:
    """The same bars with a drawdown that begins at their first one, for a part of a run."""
    equity = np.cumprod(1.0 + of_run.net)
    return replace(of_run, drawdown=1.0 - equity / np.maximum(np.maximum.accumulate(equity), 1.0))


def together(parts: list[Record]) -> Record:
    """Equal weights over all records that have a bar at a date, restored at every bar; judged on all rows."""
    every = np.concatenate([part.dates for part in parts])
    dates, of_row = np.unique(every, return_inverse=True)
    count = np.bincount(of_row)

    def stacked(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(of_row, weights=values) / count

    known = ("y", "predicted", "p", *(["band"] if parts[0].band is not None else []))
    judged: dict[str, Any] = {name: stacked(name) for name in known}
    booked: dict[str, Any] = {name: mean(stacked(name)) for name in BOOKED}
    booked["position"] = mean(np.abs(stacked("position")))  # long here and short there is not flat
    whole = Record(
        **judged, **booked, classes=parts[0].classes, per_year=bars_per_year(dates), dates=dates, trials=None
    )
    return restarted(whole)
