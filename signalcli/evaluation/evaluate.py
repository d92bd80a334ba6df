"""PREDICTIONS × trading rule → METRICS, run after run, without RETURNS in between.

What is booked of a run is judged while the processor's cache still holds it. RETURNS of a thousand symbols
would be written to memory and read again at several times the cost of either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.backtest.account import BATCH, account, columns_of, market_of
from signalcli.backtest.groups import Rows, runs
from signalcli.backtest.simulate import BUY_HOLD, backtest, checked, directions, once
from signalcli.backtest.sizing import Market, sides, simple, wanted
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.record import BOOKED, Trials, made, told
from signalcli.evaluation.scorecard import Line, card, scorecard
from signalcli.schemas import BAND, CLASS_COLUMNS, run_of

if TYPE_CHECKING:
    import pandas as pd

Decision = Callable[[Rows, Market], np.ndarray]


def evaluate(
    predictions: pd.DataFrame,
    rule: TradingRule | None = None,
    config: ScorecardConfig | None = None,
    trials: Mapping[str, Trials] | None = None,
) -> pd.DataFrame:
    """METRICS of PREDICTIONS: to the last bit ``scorecard(backtest(predictions, rule), config, trials)``."""
    if config is not None and config.by != "symbol":
        return scorecard(backtest(predictions, rule), config, trials)
    return card(_lines(predictions, rule or TradingRule()), config, trials)


def _lines(predictions: pd.DataFrame, rule: TradingRule) -> Iterator[Line]:
    fitted = checked(predictions)
    yield from _of_models(fitted, rule)
    yield from _of_buy_and_hold(once(predictions), rule)


def _of_models(fitted: pd.DataFrame, rule: TradingRule) -> Iterator[Line]:
    up, down = directions(fitted)

    def decide(rows: Rows, market: Market) -> np.ndarray:
        if simple(rule):
            return sides(up[rows], down[rows], rule)
        return wanted(up[rows], down[rows], market, rule)

    keys = run_of(fitted)
    yield from _judged(fitted, keys, told(fitted), decide, rule)


def _of_buy_and_hold(rows: pd.DataFrame, rule: TradingRule) -> Iterator[Line]:
    """Always long, for each row of each symbol once; it has no probability."""
    unknown = np.broadcast_to(np.nan, len(rows))
    silent = told(rows) | {c: unknown for c in (*CLASS_COLUMNS.values(), BAND) if c in rows}
    keys = [c for c in run_of(rows) if c != "model"]
    for named, of_run in _judged(rows, keys, silent, lambda _, market: np.ones(len(market.closes)), rule):
        symbol = named.pop("symbol")
        yield {"symbol": symbol, "model": BUY_HOLD} | named, of_run


def _judged(
    table: pd.DataFrame, keys: list[str], told_of: dict[str, np.ndarray], decide: Decision, rule: TradingRule
) -> Iterator[Line]:
    """Each run by name with its record."""
    columns, found = columns_of(table), runs(table, keys)
    by_itself = rule.in_turn or not simple(rule)
    for first, behind in found.batches(1 if by_itself else BATCH):
        rows, borders = found.rows(first, behind), found.borders[first : behind + 1] - found.borders[first]
        market = market_of(columns, rows)
        position = decide(rows, market)
        booked = account(market.opens, market.closes, position, rule, market, borders[:-1])
        booked["position"] = position
        for i, part in enumerate(pairwise(borders.tolist()), first):
            of_run: dict[str, Any] = {name: booked[column][slice(*part)] for name, column in BOOKED.items()}
            yield dict(zip(keys, found.names[i], strict=True)), made(told_of, found.rows(i, i + 1), of_run)
