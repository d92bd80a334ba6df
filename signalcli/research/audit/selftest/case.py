"""One planted leak or honest control: real stages on small bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.trading import TradingRule
from signalcli.features.feature import Feature
from signalcli.features.timeseries.panel import Panel
from signalcli.research.audit.stages.chain import backtest_stage, features_stage, fit_stage
from signalcli.research.audit.stages.memo import Memo
from signalcli.research.audit.stages.stage import Chain, Stage
from signalcli.testing import random_walk

ROWS = 180
FEATURES = FeatureConfig(window=3, sets=("lags",), channels=("ret", "range"))
AHEAD = FeatureConfig(window=6, sets=("lags",), channels=("ret",), horizon=5)
FOLDS = FoldConfig(folds=2)
FIT = FitConfig(models=("logistic",))
MEMO = Memo()
PIPELINE = "pipeline"  # kind of the cases in which every stage is probed, not only the planted one

OfSymbol = Callable[[pd.DataFrame], "np.ndarray | pd.Series[float]"]


@dataclass(frozen=True)
class Case:
    """A chain with or without a leak.

    Parameters
    ----------
    kind : str
        Row of the table: ``feature``, ``higher timeframe``, ``scaling`` and the like.
    name : str
        What is planted, or what looks suspicious.
    leaks : bool
        Whether the audit must find something.
    chain : callable
        Makes the stages; the last one is the planted one.
    """

    kind: str
    name: str
    leaks: bool
    chain: Callable[[], Chain]


def self_test_bars() -> pd.DataFrame:
    """BARS of a random walk on which every case runs."""
    return random_walk(ROWS, seed=14)


def of_symbol(function: OfSymbol) -> Callable[[Panel], np.ndarray]:
    """A feature function of the bars of one symbol, a DataFrame by date, for panels of many symbols."""

    def make(panel: Panel) -> np.ndarray:
        rows, symbols = panel["close"].shape
        out = np.full((rows, symbols), np.nan)
        for column in range(symbols):
            bars = _bars(panel, column)
            out[: len(bars), column] = np.asarray(function(bars), dtype="float64")
        return out

    return make


def _bars(panel: Panel, column: int) -> pd.DataFrame:
    known = np.isfinite(panel["close"][:, column])
    names = ("open", "high", "low", "close", "volume")
    arrays = {name: panel[name][known, column] for name in names}
    return pd.DataFrame(arrays, index=pd.DatetimeIndex(panel["date"][known, column]))


def feature_case(kind: str, name: str, function: OfSymbol, *, leaks: bool, look_back: int = 8) -> Case:
    """A case in which a plug-in declares one more feature."""
    feature = Feature("planted", of_symbol(function), look_back, name)
    return Case(kind, name, leaks, lambda: (features_stage(FEATURES, [feature]),))


def table_case(
    kind: str,
    name: str,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    leaks: bool,
    after: str = "features",
    config: FeatureConfig = FEATURES,
) -> Case:
    """A case in which a further stage changes the table that a stage wrote."""
    stages = {"bars": 0, "features": 1, "predictions": 2}[after]
    planted = Stage("planted", "rows", change)
    return Case(kind, name, leaks, lambda: (*honest_stages(config)[:stages], planted))


def fit_case(kind: str, name: str, stage: Stage, *, leaks: bool, config: FeatureConfig = FEATURES) -> Case:
    """A case in which another fit stands in the place of the real one."""
    return Case(kind, name, leaks, lambda: (*honest_stages(config)[:1], stage))


def trade_case(name: str, run: Callable[[pd.DataFrame], pd.DataFrame], *, leaks: bool) -> Case:
    """A case in which another backtest stands in the place of the real one."""
    stage = Stage("backtest", "trade", run, cumulative=("equity", "drawdown"))
    return Case("backtest", name, leaks, lambda: (*honest_stages(FEATURES)[:2], stage))


def honest_stages(config: FeatureConfig, rule: TradingRule | None = None) -> Chain:
    """The stages of the real pipeline; fits are remembered from case to case."""
    return (
        features_stage(config),
        fit_stage(FIT, FOLDS, MEMO),
        backtest_stage(rule or TradingRule()),
    )
