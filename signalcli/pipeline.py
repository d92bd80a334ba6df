"""The whole river in memory: BARS → METRICS, the same numbers as the pipe of verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalcli.backtest import TradingRule, backtest
from signalcli.features import FeatureSpec, build
from signalcli.folds import FoldSpec
from signalcli.metrics.scorecard import scorecard
from signalcli.walkforward import FitSpec, Progress, walk_forward

if TYPE_CHECKING:
    import pandas as pd


class Outcome(NamedTuple):
    """The last three tables of the river."""

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
    predictions = walk_forward(build(bars, features), fit, folds, progress)
    returns = backtest(predictions, rule)
    return Outcome(predictions, returns, scorecard(returns))
