"""The river in memory: BARS → RETURNS, the same numbers as the pipe of verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalcli.backtest.simulate import backtest
from signalcli.config.run import RunConfig
from signalcli.features.build import build
from signalcli.training.progress import Progress
from signalcli.training.walk_forward import walk_forward

if TYPE_CHECKING:
    import pandas as pd


class Outcome(NamedTuple):
    """The last three tables before METRICS."""

    features: pd.DataFrame
    predictions: pd.DataFrame
    returns: pd.DataFrame


def run(bars: pd.DataFrame, config: RunConfig, progress: Progress | None = None, jobs: int = 1) -> Outcome:
    """Carry BARS through features, walk-forward fit and backtest."""
    table = build(bars, config.features)
    predictions = walk_forward(table, config.fit, config.folds, progress, jobs)
    return Outcome(table, predictions, backtest(predictions, config.rule))
