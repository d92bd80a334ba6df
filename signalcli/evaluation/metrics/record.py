"""Records: arrays of one model on one symbol, of which every metric is a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import BUY_HOLD, strategies
from signalcli.backtesting.checks import has_forecast
from signalcli.backtesting.groups import RowIndex, group_rows
from signalcli.backtesting.market import close_to_close_returns
from signalcli.data.bars_per_year import bars_per_year
from signalcli.evaluation.metrics.benchmark import ReturnPair, pair_returns
from signalcli.evaluation.metrics.confusion import ConfusionMatrix, confusion_matrix
from signalcli.evaluation.metrics.distribution import compound_by_period
from signalcli.evaluation.metrics.performance import NetReturns, annual_return, enters_side
from signalcli.evaluation.metrics.sharpe import Moments, Trials, moments
from signalcli.evaluation.significance.shares import share_interval
from signalcli.features.labels.overlap import horizon
from signalcli.schemas import BAND, CLASS_COLUMNS, group_columns

BOOKED = {
    "position": "position",
    "turnover": "turnover",
    "gross": "gross_return",
    "cost": "cost",
    "net": "net_return",
    "drawdown": "drawdown",
}


@dataclass(frozen=True, kw_only=True)
class LabelRecord:
    """Labels and predictions of the judged rows: the label is known, and there is a forecast.

    y, predicted, forward_returns, label_dates (and band) : (n_judged,). p : (n_judged, n_classes).
    classes : labels in rising order. label_bars : (n_judged,) number of each row's bar among all rows.
    horizon : bars from a row to its label.
    """

    y: np.ndarray
    predicted: np.ndarray
    p: np.ndarray
    classes: np.ndarray
    forward_returns: np.ndarray
    label_dates: np.ndarray
    label_bars: np.ndarray
    horizon: int
    band: np.ndarray | None

    @property
    def p_up(self) -> np.ndarray:
        """Probability of up."""
        return self.p[:, -1]

    @cached_property
    def confusion(self) -> ConfusionMatrix:
        """Confusion matrix of the directions."""
        return confusion_matrix(self.y, self.predicted, self.classes)

    @cached_property
    def accuracy_interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy, lower and upper."""
        return share_interval(self.y == self.predicted, self.horizon, self.label_bars)


@dataclass(frozen=True, kw_only=True)
class Record(LabelRecord):
    """Labels, and positions and returns of all rows, each (n_bars,).

    entered : number of entries into a side, where the position does not tell them.
    market : function that returns the returns of the bars from close to close; few metrics need them. It can
        be sent to another process, as every part of a record.
    """

    position: np.ndarray
    turnover: np.ndarray
    gross: np.ndarray
    cost: np.ndarray
    net: np.ndarray
    drawdown: np.ndarray
    dates: np.ndarray
    per_year: float
    market: Callable[[], np.ndarray]
    trials: Trials | None = None
    entered: float | None = None

    @cached_property
    def entries(self) -> float:
        """Number of entries into a side."""
        return float(enters_side(self.position).sum()) if self.entered is None else self.entered

    @cached_property
    def returns(self) -> NetReturns:
        """Net returns and their shared statistics."""
        return NetReturns(self.net)

    @cached_property
    def annual_return(self) -> float:
        """Compounded net return per year."""
        return annual_return(self.returns, self.per_year)

    @cached_property
    def moments(self) -> Moments:
        """Sharpe ratio per bar, skew and raw kurtosis."""
        return moments(self.net)

    @cached_property
    def pair(self) -> ReturnPair:
        """Net returns and market returns."""
        return pair_returns(self.net, self.market())

    @cached_property
    def monthly_returns(self) -> np.ndarray:
        """Compounded net return of each calendar month."""
        return compound_by_period(self.net, self.dates, "M")

    @cached_property
    def yearly_returns(self) -> np.ndarray:
        """Compounded net return of each calendar year."""
        return compound_by_period(self.net, self.dates, "Y")


def record_of_group(returns: pd.DataFrame) -> Record:
    """Record of RETURNS of one model on one symbol, sorted by date."""
    return make_record(columns_as_arrays(returns), slice(None), _booked_arrays(returns))


def records_of_returns(
    returns: pd.DataFrame, part: str | None = None
) -> Iterator[tuple[dict[str, Any], Record]]:
    """Record of each symbol, model (path) with these as a dict, sorted by them.

    With the column ``part`` a record for each of its values, such as the year, by `cut`. The table is
    converted to arrays once; a data frame for each group would take longer than the metrics.
    """
    keys = group_columns(returns)
    columns, booked = columns_as_arrays(returns), _booked_arrays(returns)
    groups = group_rows(returns, keys)
    for name, rows in zip(groups.names, groups.each(), strict=True):
        booked_rows = {column: values[rows] for column, values in booked.items()}
        named, record = dict(zip(keys, name, strict=True)), make_record(columns, rows, booked_rows)
        if part is None:
            yield named, record
            continue
        values = returns[part].to_numpy()[rows]
        yield from ((named | {part: value}, cut(record, values == value)) for value in np.unique(values))


def cut(record: Record, kept: np.ndarray) -> Record:
    """The record of some of its bars, bool (n_bars,).

    What is known of a bar from the whole stays: bars a year, the return of the market from the close before,
    and whether the bar entered a side or the position came from the bar before. The drawdown does, too.
    """
    judged = kept[record.label_bars]
    booked: dict[str, Any] = {name: getattr(record, name)[kept] for name in (*BOOKED, "dates")}
    entered = float(enters_side(record.position)[kept].sum())
    market = partial(_market_of_part, record.market, kept)
    return replace(_with_labels(record, judged), **booked, entered=entered, market=market)


def judged_on(record: Record, dates: np.ndarray) -> Record:
    """The record with the labels of these dates only."""
    return _with_labels(record, np.isin(record.label_dates, dates))


def _with_labels(record: Record, kept: np.ndarray) -> Record:
    """The record with some of its judged rows, bool (n_judged,)."""
    names = ("y", "predicted", "p", "forward_returns", "label_dates", "label_bars")
    labels: dict[str, Any] = {name: getattr(record, name)[kept] for name in names}
    return replace(record, **labels, band=None if record.band is None else record.band[kept])


def _market_of_part(market: Callable[[], np.ndarray], kept: np.ndarray) -> np.ndarray:
    """Market returns of the bars of a part."""
    return market()[kept]


def label_records(predictions: pd.DataFrame) -> list[tuple[dict[str, Any], LabelRecord]]:
    """Labels and predictions of each symbol, model (and path), buy & hold included, sorted by them.

    Raises DataError for invalid probabilities and prices.
    """
    records = [
        (strategy.name(i), LabelRecord(**_label_columns(columns, rows)))
        for strategy in strategies(predictions)
        for columns in [columns_as_arrays(strategy.table)]
        for i, rows in enumerate(strategy.groups.each())
    ]
    return sorted(records, key=lambda named: tuple(named[0].values()))


def columns_as_arrays(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Arrays of the columns that `make_record` reads from PREDICTIONS or RETURNS."""
    names = [c for c in (*CLASS_COLUMNS.values(), BAND) if c in table]
    columns = {name: table[name].to_numpy("float64") for name in (*names, "close", "forward_return")}
    y = table["direction"].to_numpy("float64", na_value=np.nan)
    shared = {"dates": table["date"].to_numpy(), "horizon": np.asarray(horizon(table))}
    return columns | shared | {"y": y, "judged": _judged(table) & ~np.isnan(y)}


def _judged(table: pd.DataFrame) -> np.ndarray:
    """Which rows have a forecast; buy & hold always says up."""
    forecast = has_forecast(table)
    if forecast.all():
        return forecast
    always_up = (table["model"] == BUY_HOLD).to_numpy() if "model" in table else np.array(True)
    return forecast | always_up


def make_record(columns: dict[str, np.ndarray], rows: RowIndex, booked: dict[str, Any]) -> Record:
    """Record of some rows of `columns_as_arrays`, with their booked columns by the names in ``BOOKED``."""
    dates = columns["dates"][rows]
    return Record(
        **_label_columns(columns, rows),
        **booked,
        dates=dates,
        per_year=bars_per_year(dates),
        market=partial(_market_returns, columns["close"], rows),
    )


def _market_returns(close: np.ndarray, rows: RowIndex) -> np.ndarray:
    """Returns of some bars from close to close, (n_bars,)."""
    return close_to_close_returns(close[rows])


def _booked_arrays(returns: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: returns[column].to_numpy() for name, column in BOOKED.items()}


def _label_columns(columns: dict[str, np.ndarray], rows: RowIndex) -> dict[str, Any]:
    judged = _compact_index(columns["judged"][rows])
    p = _probabilities({c: columns[c][rows][judged] for c in CLASS_COLUMNS.values() if c in columns})
    classes = np.array([-1, 0, 1] if p.shape[1] == 3 else [0, 1])
    return {
        "y": columns["y"][rows][judged],
        "predicted": _predicted(p, classes),
        "p": p,
        "classes": classes,
        "forward_returns": columns["forward_return"][rows][judged],
        "label_dates": columns["dates"][rows][judged],
        "label_bars": np.arange(len(columns["dates"][rows]))[judged],
        "horizon": int(columns["horizon"]),
        "band": columns[BAND][rows][judged] if BAND in columns else None,
    }


def _compact_index(judged: np.ndarray) -> RowIndex:
    """The mask as a slice, which copies nothing, where only the last rows are not judged, as usual."""
    n = int(np.count_nonzero(judged))
    return slice(0, n) if judged[:n].all() else judged


def _probabilities(columns: dict[str, np.ndarray]) -> np.ndarray:
    """Probabilities of the classes, (n_rows, n_classes); each class is contiguous in memory."""
    up = columns["p_up"]
    by_class = [columns[c] for c in ("p_down", "p_flat", "p_up")] if len(columns) == 3 else [1.0 - up, up]
    return np.array(by_class).T


def _predicted(p: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Most probable class, the first of equal ones; up where probabilities are NaN, as for buy & hold."""
    if len(classes) == 2:
        return (~(p[:, 1] <= p[:, 0])).astype("int64")
    always_up = np.isnan(p[:, -1])
    predicted: np.ndarray = classes[np.argmax(np.where(always_up[:, np.newaxis], 0.0, p), axis=1)]
    predicted[always_up] = 1
    return predicted
