"""RETURNS as arrays, one record a run: what every metric is a function of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.backtest.groups import Rows, runs
from signalcli.evaluation.metrics.confusion import Counts, confusion
from signalcli.evaluation.metrics.market_returns import Beside, close_to_close, side_by_side
from signalcli.evaluation.metrics.performance import Net, bars_per_year
from signalcli.evaluation.metrics.sharpe import moments
from signalcli.schemas import BAND, CLASS_COLUMNS, run_of

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
    beside: Beside | None = None

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
    return made(told(rows), slice(None), _booked(rows))


def records(
    returns: pd.DataFrame, further: list[str] | None = None
) -> Iterator[tuple[dict[str, Any], Record]]:
    """The record of every run under its symbol, model (path, ``further`` columns), sorted by them.

    The table is turned into arrays once and then cut, because a data frame a run would cost more than the
    metrics.
    """
    keys = [*run_of(returns), *(further or [])]
    found = runs(returns, keys)
    told_of, booked = told(returns), _booked(returns)
    for named, rows in zip(found.names, found.each(), strict=True):
        earned = {name: values[rows] for name, values in booked.items()}
        yield dict(zip(keys, named, strict=True)), made(told_of, rows, earned)


def told(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """What was said of each row and what came: ``y``, ``dates``, the probabilities (and ``band``)."""
    columns = [c for c in (*CLASS_COLUMNS.values(), BAND, "close", "forward_return") if c in rows]
    found = {name: rows[name].to_numpy("float64") for name in columns}
    y = rows["direction"].to_numpy("float64", na_value=np.nan)
    return found | {"y": y, "dates": rows["date"].to_numpy()}


def made(told_of: dict[str, np.ndarray], rows: Rows, booked: dict[str, Any]) -> Record:
    """The record of some rows of `told`, with what was booked of them, ``BOOKED``."""
    y = told_of["y"][rows]
    resolved = ~np.isnan(y)
    judged = _front(resolved)
    said = [name for name in CLASS_COLUMNS.values() if name in told_of]
    p = _probabilities({name: told_of[name][rows][judged] for name in said})
    classes = np.array([-1, 0, 1] if p.shape[1] == 3 else [0, 1])
    dates = told_of["dates"][rows]
    return Record(
        y=y[judged],
        predicted=_predicted(p, classes),
        p=p,
        classes=classes,
        per_year=bars_per_year(dates),
        dates=dates,
        band=told_of[BAND][rows][judged] if BAND in told_of else None,
        beside=Beside(
            lambda: close_to_close(told_of["close"][rows]),
            lambda: told_of["forward_return"][rows][judged],
            lambda: dates[judged],
        ),
        **booked,
    )


def _booked(returns: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: returns[column].to_numpy() for name, column in BOOKED.items()}


def _front(resolved: np.ndarray) -> Rows:
    """The resolved rows: a slice where only the last ones are not, as usual, because that copies nothing."""
    n = int(np.count_nonzero(resolved))
    return slice(0, n) if resolved[:n].all() else resolved


def _probabilities(shown: dict[str, np.ndarray]) -> np.ndarray:
    """Probabilities of the classes, (n_rows, n_classes), each class in one piece of memory."""
    up = shown["p_up"]
    columns = [shown[c] for c in ("p_down", "p_flat", "p_up")] if len(shown) == 3 else [1.0 - up, up]
    return np.array(columns).T


def _predicted(p: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The likeliest class, the first of equals; up where there is no probability, as of buy & hold."""
    if len(classes) == 2:
        return (~(p[:, 1] <= p[:, 0])).astype("int64")
    always_up = np.isnan(p[:, -1])
    predicted: np.ndarray = classes[np.argmax(np.where(always_up[:, np.newaxis], 0.0, p), axis=1)]
    predicted[always_up] = 1
    return predicted


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
        **judged,
        **booked,
        classes=parts[0].classes,
        per_year=bars_per_year(dates),
        dates=dates,
        beside=side_by_side([part.beside for part in parts if part.beside], of_row, len(dates)),
    )
    return restarted(whole)
