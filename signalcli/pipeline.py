"""The whole river in memory: BARS → METRICS, the same numbers as the pipe of verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalcli.backtest import backtest
from signalcli.features.build import build
from signalcli.metrics.scorecard import scorecard
from signalcli.specs.features import FeatureSpec
from signalcli.specs.fit import FitSpec
from signalcli.specs.folds import FoldSpec
from signalcli.specs.trading import TradingRule
from signalcli.walkforward import Progress, walk_forward

if TYPE_CHECKING:
    import pandas as pd


class Outcome(NamedTuple):
    """The last four tables of the river."""

    features: pd.DataFrame
    predictions: pd.DataFrame
    returns: pd.DataFrame
    metrics: pd.DataFrame


def run(
    bars: pd.DataFrame,
    features: FeatureSpec,
    fit: FitSpec,
    folds: FoldSpec,
    rule: TradingRule,
    progress: Progress | None = None,
) -> Outcome:
    """Carry BARS through features, walk-forward fit, backtest and scorecard."""
    table = build(bars, features)
    predictions = walk_forward(table, fit, folds, progress)
    returns = backtest(predictions, rule)
    return Outcome(table, predictions, returns, scorecard(returns))
