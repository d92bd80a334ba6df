"""PREDICTIONS × trading rule → positions and booked returns, group by group.

A batch of groups is booked while it fits into the processor's cache. Both the backtest and the scorecard read
the batches of `book`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.account import account
from signalcli.backtesting.checks import check_prices, check_probabilities, has_forecast
from signalcli.backtesting.groups import RowGroups, RowIndex, first_of_each_date, group_rows
from signalcli.backtesting.held import HELD, rule_of
from signalcli.backtesting.market import Market, make_market, market_columns
from signalcli.backtesting.sizing import (
    direction_of_trade,
    is_row_by_row,
    mask_undecided,
    target_position,
    with_hold,
)
from signalcli.config.trading import TradingRule
from signalcli.data.universe import are_members
from signalcli.features.labels.overlap import horizon
from signalcli.schemas import BAND, CLASS_COLUMNS, PATH, group_columns

BUY_HOLD = HELD[0]
BATCH = 10_000  # rows; large enough to make calls cheap, small enough for the processor's cache

Decision = Callable[[RowIndex, Market, TradingRule], np.ndarray]


class Strategy(NamedTuple):
    """Rows whose positions are decided in the same way: those of all models, or those of buy & hold.

    table : PREDICTIONS; buy & hold has each date once, no column ``model``, and NaN as probabilities.
    groups : rows of one model on one symbol (and path), named in this order.
    decide : function that returns the positions of some rows.
    """

    table: pd.DataFrame
    groups: RowGroups
    decide: Decision

    def name(self, group: int) -> dict[str, Any]:
        """Symbol and model (and path) of a group."""
        return dict(zip(("symbol", "model", PATH), self.groups.names[group], strict=False))


class BookedBatch(NamedTuple):
    """Booked columns of neighboring groups.

    groups : numbers of the groups. rows : their rows in the table.
    borders : (n_groups + 1,) where each group begins and the last one ends in ``columns``.
    columns : the columns of `account`, each (n_rows,).
    """

    groups: range
    rows: RowIndex
    borders: np.ndarray
    columns: dict[str, np.ndarray]


def strategies(predictions: pd.DataFrame) -> tuple[Strategy, Strategy]:
    """The models, and buy & hold, which replaces rows of that name. Raises DataError for invalid rows."""
    is_held = predictions["model"] == BUY_HOLD
    fitted = predictions[~is_held] if is_held.any() else predictions
    check_probabilities(fitted)
    check_prices(predictions)
    return _models(fitted), _buy_and_hold(predictions)


def book(strategy: Strategy, rule: TradingRule) -> Iterator[BookedBatch]:
    """Positions and accounts of all groups, in batches."""
    rule = with_hold(rule, strategy.table)
    columns, groups = market_columns(strategy.table), strategy.groups
    tradable = are_members(strategy.table) & ~columns["closing"] if "closing" in columns else None
    one_by_one = rule.in_turn or not is_row_by_row(rule)
    for first, end in groups.batches(1 if one_by_one else BATCH):
        rows, borders = groups.rows(first, end), groups.borders[first : end + 1] - groups.borders[first]
        market = make_market(columns, rows)
        own_rule = rule_of(strategy.name(first)["model"], rule) if one_by_one else rule
        position = strategy.decide(rows, market, own_rule)
        position = position if tradable is None else np.where(tradable[rows], position, 0.0)
        booked = account(market.opens, market.closes, position, own_rule, market, borders[:-1])
        yield BookedBatch(range(first, end), rows, borders, booked)


def positions(predictions: pd.DataFrame, rule: TradingRule) -> np.ndarray:
    """Position decided at each row's close, a share of equity, negative when short, (n_rows,)."""
    if is_row_by_row(rule):  # SIGNALS have no bars
        return direction_of_trade(*trade_probabilities(predictions), rule)
    models, columns = _models(predictions), market_columns(predictions)
    out = np.empty(len(predictions))
    for group, rows in enumerate(models.groups.each()):
        own_rule = rule_of(models.name(group)["model"], rule)
        out[rows] = models.decide(rows, make_market(columns, rows), own_rule)
    return out


def trade_probabilities(predictions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of up and down that decide positions, each (n_rows,); 0 without a forecast."""
    up = predictions["p_up"].to_numpy("float64")
    down = predictions["p_down"].to_numpy("float64") if "p_down" in predictions else 1.0 - up
    forecast = has_forecast(predictions)
    if not forecast.all():
        up, down = np.where(forecast, up, 0.0), np.where(forecast, down, 0.0)
    if BAND not in predictions:
        return up, down
    flat = predictions["p_flat"].to_numpy("float64") if "p_flat" in predictions else None
    return mask_undecided(up, down, predictions[BAND].to_numpy("float64"), flat)


def _models(predictions: pd.DataFrame) -> Strategy:
    p_up, p_down = trade_probabilities(predictions)
    label_bars = functools.cache(lambda: horizon(predictions))

    def decide(rows: RowIndex, market: Market, rule: TradingRule) -> np.ndarray:
        if is_row_by_row(rule):
            return direction_of_trade(p_up[rows], p_down[rows], rule)
        ahead = label_bars() if rule.sizing == "kelly" else 1
        return target_position(p_up[rows], p_down[rows], market, rule, ahead)

    return Strategy(predictions, group_rows(predictions, group_columns(predictions)), decide)


def _buy_and_hold(predictions: pd.DataFrame) -> Strategy:
    """Always long, once for each date of a symbol; it has no probability."""
    rows = first_of_each_date(predictions).drop(columns="model")
    table = rows.assign(**{c: np.nan for c in (*CLASS_COLUMNS.values(), BAND) if c in rows})
    groups = group_rows(table, group_columns(table))
    names = [(symbol, BUY_HOLD, *path) for symbol, *path in groups.names]
    return Strategy(table, groups._replace(names=names), lambda _, market, __: np.ones(len(market.closes)))
