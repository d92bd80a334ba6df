"""The whole pipeline in memory: BARS → FEATURES → PREDICTIONS → RETURNS. Read this file first."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.run import RunConfig
from signalcli.features.build import build
from signalcli.features.leaks.refuse import refuse_leaks, refuse_leaks_beside
from signalcli.schemas import feature_columns
from signalcli.training.cache.fits import FitCache
from signalcli.training.cluster.cluster import Cluster
from signalcli.training.plan import seal_holdout
from signalcli.training.progress import Progress
from signalcli.training.select import select_features
from signalcli.training.walk_forward import walk_forward


class PipelineResult(NamedTuple):
    """The table that each stage returns, and lines about features that were left out."""

    features: pd.DataFrame
    predictions: pd.DataFrame
    returns: pd.DataFrame
    lines: list[str]


def run(
    bars: pd.DataFrame,
    config: RunConfig,
    progress: Progress | None = None,
    jobs: int = 1,
    cache: FitCache | None = None,
    cluster: Cluster | None = None,
) -> PipelineResult:
    """Same numbers as ``features | fit | backtest`` on the command line, for any number of ``jobs``."""
    features, lines = select_features(build(bars, config.features), config.fit)
    sealed = seal_holdout(features, config.folds)
    refuse_leaks(sealed, feature_columns(features), config.leaks, made_with=config.features)
    refuse_leaks_beside(bars, sealed, config.features, config.leaks)
    predictions = walk_forward(
        features, config.fit, config.folds, progress, jobs, cache=cache, cluster=cluster
    )
    returns = backtest(predictions, config.rule)
    return PipelineResult(features, predictions, returns, lines)
