"""The whole pipeline in memory: BARS → FEATURES → PREDICTIONS → RETURNS. Read this file first."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.run import RunConfig
from signalcli.features.build import build
from signalcli.training.progress import Progress
from signalcli.training.walk_forward import walk_forward


class PipelineResult(NamedTuple):
    """The table that each stage returns."""

    features: pd.DataFrame
    predictions: pd.DataFrame
    returns: pd.DataFrame


def run(
    bars: pd.DataFrame, config: RunConfig, progress: Progress | None = None, jobs: int = 1
) -> PipelineResult:
    """Same numbers as ``features | fit | backtest`` on the command line, for any number of ``jobs``."""
    features = build(bars, config.features)
    predictions = walk_forward(features, config.fit, config.folds, progress, jobs)
    returns = backtest(predictions, config.rule)
    return PipelineResult(features, predictions, returns)
