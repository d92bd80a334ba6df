"""The user's own chain as stages: BARS → FEATURES → PREDICTIONS → RETURNS, and a program in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.run import RunConfig
from signalcli.config.trading import TradingRule
from signalcli.features.build import build_sorted, compute, processors
from signalcli.features.catalogue import select_features
from signalcli.features.feature import Feature, longest_look_back
from signalcli.features.sorted_bars import sort_bars
from signalcli.research.audit.stages.memo import Memo
from signalcli.research.audit.stages.program import program_stage
from signalcli.research.audit.stages.stage import Chain, Stage
from signalcli.schemas import BARS, FEATURES, PREDICTIONS
from signalcli.training.walk_forward import walk_forward


class Program(NamedTuple):
    """A command line, and the table that it reads: ``bars``, ``features`` or ``predictions``."""

    command: str
    after: str


def make_chain(config: RunConfig, program: Program | None = None, memo: Memo | None = None) -> Chain:
    """The stages of a run, with a program behind one of them."""
    stages = {
        "bars": None,
        "features": features_stage(config.features),
        "predictions": fit_stage(config.fit, config.folds, memo or Memo()),
    }
    schemas = {"bars": BARS, "features": FEATURES, "predictions": PREDICTIONS}
    chain: list[Stage] = []
    for table, stage in stages.items():
        chain += [stage] if stage is not None else []
        if program is not None and program.after == table:
            chain.append(program_stage(program.command, schemas[table]))
    return (*chain, backtest_stage(config.rule))


def features_stage(config: FeatureConfig, further: Sequence[Feature] = ()) -> Stage:
    """BARS → FEATURES, of any number of bars; with ``further`` features as a plug-in declares them."""
    features = {f.name: f for f in (*select_features(config), *further)}
    threads = processors()

    def run(bars: pd.DataFrame) -> pd.DataFrame:
        table = build_sorted(sort_bars(bars), config, threads)
        return pd.concat([table, compute(bars, further, config)], axis=1) if further else table

    stage = Stage("features", "rows", run, longest_look_back(list(features.values())) + config.label_bars)

    def narrow(names: Sequence[str]) -> Stage:
        if not set(names) <= set(features):
            return stage
        return _some_features(stage, [features[name] for name in names], config)

    return replace(stage, narrow=narrow)


def _some_features(stage: Stage, chosen: list[Feature], config: FeatureConfig) -> Stage:
    def run(bars: pd.DataFrame) -> pd.DataFrame:
        keys = sort_bars(bars).bars[["symbol", "date"]]
        return pd.concat([keys, compute(bars, chosen, config)], axis=1)

    return replace(stage, run=run, memory=longest_look_back(chosen), narrow=None)


def fit_stage(fit: FitConfig, folds: FoldConfig, memo: Memo) -> Stage:
    """FEATURES → PREDICTIONS; equal training rows are fitted once."""

    def run(features: pd.DataFrame, until: np.datetime64 | None = None) -> pd.DataFrame:
        return walk_forward(features, fit, folds, until=until, fit=memo)

    def repeat(features: pd.DataFrame, until: np.datetime64 | None = None) -> pd.DataFrame:
        return walk_forward(features, fit, folds, until=until)

    both_sides = folds.cv == "combinatorial"
    return Stage("fit", "fit", run, run_until=run, repeat=repeat, both_sides=both_sides)


def backtest_stage(rule: TradingRule) -> Stage:
    """PREDICTIONS → RETURNS."""
    return Stage(
        "backtest",
        "trade",
        lambda predictions: backtest(predictions, rule),
        cumulative=("equity", "drawdown"),
    )
