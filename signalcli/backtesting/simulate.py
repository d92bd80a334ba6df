"""PREDICTIONS × trading rule → RETURNS: positions, fills, costs, equity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.booking import BUY_HOLD, Strategy, book, strategies
from signalcli.backtesting.groups import starts_of_dates
from signalcli.config.trading import TradingRule
from signalcli.schemas import PATH, RETURNS, check

BOOKED = ("position", "turnover", "gross_return", "cost", "net_return", "equity", "drawdown")


def backtest(predictions: pd.DataFrame, rule: TradingRule | None = None) -> pd.DataFrame:
    """RETURNS of PREDICTIONS, with buy & hold as a further model of every symbol.

    Raises DataError when a probability is missing or not between 0 and 1, or a price is not above 0.
    """
    models, held = strategies(predictions)
    rule = rule or TradingRule()
    parts = [
        models.table.assign(**_booked_columns(models, rule)),
        held.table.assign(model=BUY_HOLD, **_booked_columns(held, rule)),
    ]
    places = _merged_places(models.table, len(held.table))
    if places is None:
        return check(pd.concat(parts, ignore_index=True), RETURNS, "returns")
    return pd.DataFrame(
        {name: _merge(parts[0][name], parts[1][name], places) for name in parts[0]}, copy=False
    )


def _booked_columns(strategy: Strategy, rule: TradingRule) -> dict[str, np.ndarray]:
    """Booked columns of all groups, in the order of the table's rows."""
    columns = {name: np.empty(len(strategy.table)) for name in BOOKED}
    for batch in book(strategy, rule):
        for name, values in batch.columns.items():
            columns[name][batch.rows] = values
    return columns


def _merge(first: pd.Series[Any], second: pd.Series[Any], places: tuple[np.ndarray, np.ndarray]) -> Any:
    """Values of two columns, each at its places in the result."""
    n = len(first) + len(second)
    if isinstance(first.dtype, np.dtype):
        out = np.empty(n, dtype=first.dtype)
        out[places[0]], out[places[1]] = first.to_numpy(), second.to_numpy()
        return out
    order = np.empty(n, dtype="int64")
    order[places[0]], order[places[1]] = np.arange(len(first)), np.arange(len(first), n)
    return pd.concat([first, second], ignore_index=True).array.take(order)


def _merged_places(models: pd.DataFrame, n_held: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Row numbers of the models and of the ``n_held`` rows of buy & hold in a table sorted by key.

    None when the models are not sorted by key, as PREDICTIONS are; then the table must be sorted, which takes
    longer than the backtest.
    """
    if PATH in models or not len(models):
        return None
    is_first = starts_of_dates(models)
    if is_first is None or np.count_nonzero(is_first) != n_held:
        return None
    model, names = pd.factorize(models["model"], sort=True)
    if not (is_first[1:] | (np.diff(model) > 0)).all():
        return None
    date = np.cumsum(is_first) - 1
    after_held = model >= np.searchsorted(np.asarray(names, dtype=str), BUY_HOLD)
    n_before = np.bincount(date, weights=~after_held).astype("int64")
    first = np.flatnonzero(is_first) + np.arange(n_held)
    return np.arange(len(models)) + date + after_held, first + n_before
