"""PREDICTIONS × trading rule → METRICS, group after group, without RETURNS in between.

Booked columns are scored while the processor's cache still holds them. Writing RETURNS of a thousand symbols
to memory and reading them again would take several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd

from signalcli.backtesting.booking import book, strategies
from signalcli.backtesting.simulate import backtest
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.record import BOOKED, columns_as_arrays, make_record
from signalcli.evaluation.metrics.sharpe import Trials
from signalcli.evaluation.scorecard import NamedRecord, make_scorecard, scorecard


def evaluate(
    predictions: pd.DataFrame,
    rule: TradingRule | None = None,
    config: ScorecardConfig | None = None,
    trials: Mapping[str, Trials] | None = None,
    portfolio: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """METRICS of PREDICTIONS, bit for bit those of `scorecard` and ``backtest(predictions, rule)``."""
    if config is not None and config.by != "symbol":
        return scorecard(backtest(predictions, rule), config, trials, portfolio)
    return make_scorecard(_records(predictions, rule or TradingRule()), config, trials, portfolio)


def _records(predictions: pd.DataFrame, rule: TradingRule) -> Iterator[NamedRecord]:
    """Record of each model on each symbol, buy & hold included."""
    for strategy in strategies(predictions):
        columns = columns_as_arrays(strategy.table)
        for batch in book(strategy, rule):
            for group, part in zip(batch.groups, pairwise(batch.borders.tolist()), strict=True):
                booked = {name: batch.columns[column][slice(*part)] for name, column in BOOKED.items()}
                yield (
                    strategy.name(group),
                    make_record(columns, strategy.groups.rows(group, group + 1), booked),
                )
