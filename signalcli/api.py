"""The Python API: the stages of the command line as functions of DataFrames, with the same configs.

``import signalcli as sc`` gives all of them; nothing heavy is imported before the first call.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.config.comparison import ComparisonConfig
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.serving.bundle.load import Bundle

__all__ = [
    "ComparisonConfig", "FeatureConfig", "FetchConfig", "FitConfig", "FoldConfig", "LeakConfig",
    "ScorecardConfig",
    "TradingRule", "backtest", "build_features", "compare", "fetch", "load_model", "predict", "read_bars",
    "save_model", "scorecard", "walk_forward",
]  # fmt: skip


def fetch(*symbols: str, config: FetchConfig | None = None) -> pd.DataFrame:
    """BARS of the symbols; without symbols all bars of a file or store. Like ``signalcli fetch``.

    Rows that were dropped are named in a UserWarning. Raises the error of the first symbol without bars.

    >>> bars = fetch("walk", config=FetchConfig(source="synthetic", rows=500))
    """
    from signalcli.data.sources import fetch as sources

    fetched = sources.fetch(symbols, config or FetchConfig(), dt.datetime.now(dt.UTC))
    if fetched.failures:
        raise fetched.failures[0]
    for text in fetched.warnings:
        warnings.warn(text, UserWarning, stacklevel=2)
    return fetched.bars


def read_bars(path: str | Path, *symbols: str, config: FetchConfig | None = None) -> pd.DataFrame:
    """BARS in a file. Like ``signalcli fetch --source FILE``.

    >>> bars = read_bars("bars.csv", "IBM", config=FetchConfig(adjust="split"))
    """
    return fetch(*symbols, config=replace(config or FetchConfig(), source=str(path)))


def build_features(
    bars: pd.DataFrame, config: FeatureConfig | None = None, leaks: LeakConfig | None = None
) -> pd.DataFrame:
    """FEATURES of BARS. Like ``signalcli features``: further numbers only where ``extra`` names them.

    Raises DataError for a column that knows the next return, unless ``leaks`` allows it.

    >>> features = build_features(bars, FeatureConfig(window=10, sets=("lags", "rolling")))
    """
    from signalcli.features.build import build
    from signalcli.features.leaks.refuse import refuse_foreign_leaks, refuse_leaks_beside

    config, leaks = config or FeatureConfig(), leaks or LeakConfig()
    features = build(bars, config)
    refuse_foreign_leaks(features, config, leaks)
    refuse_leaks_beside(bars, features, config, leaks)
    return features


def walk_forward(
    features: pd.DataFrame,
    fit: FitConfig | None = None,
    folds: FoldConfig | None = None,
    jobs: int = 1,
    leaks: LeakConfig | None = None,
) -> pd.DataFrame:
    """PREDICTIONS of models and baselines, out of sample. Like ``signalcli fit``, without the ledger.

    Features that were left out are named in a UserWarning. Raises DataError for a feature that knows the next
    return, unless ``leaks`` allows it.

    >>> predictions = walk_forward(features, FitConfig(models=("ar", "tree")), FoldConfig(folds=3))
    """
    from signalcli.features.leaks.refuse import refuse_leaks
    from signalcli.schemas import feature_columns
    from signalcli.training import walk_forward as training
    from signalcli.training.plan import seal_holdout

    folds = folds or FoldConfig()
    table = _selected(features, fit or FitConfig())
    refuse_leaks(seal_holdout(table, folds), feature_columns(table), leaks or LeakConfig())
    return training.walk_forward(table, fit or FitConfig(), folds, jobs=jobs)


def _selected(features: pd.DataFrame, fit: FitConfig) -> pd.DataFrame:
    """FEATURES with the features that ``fit`` chooses; those left out are named in a UserWarning."""
    from signalcli.training.select import select_features

    table, lines = select_features(features, fit)
    for text in lines:
        warnings.warn(text, UserWarning, stacklevel=3)
    return table


def backtest(predictions: pd.DataFrame, rule: TradingRule | None = None) -> pd.DataFrame:
    """RETURNS of PREDICTIONS, with costs. Like ``signalcli backtest --returns -``.

    >>> returns = backtest(predictions, TradingRule(cost_bps=10))
    """
    from signalcli.backtesting import simulate

    return simulate.backtest(predictions, rule or TradingRule())


def scorecard(returns: pd.DataFrame, config: ScorecardConfig | None = None) -> pd.DataFrame:
    """METRICS of RETURNS. Like ``signalcli backtest``.

    >>> metrics = scorecard(returns, ScorecardConfig(by="year"))
    """
    from signalcli.evaluation import scorecard as evaluation

    return evaluation.scorecard(returns, config or ScorecardConfig())


def compare(
    predictions: pd.DataFrame, config: ComparisonConfig | None = None, rule: TradingRule | None = None
) -> pd.DataFrame:
    """VERDICT of PREDICTIONS: each model against the best baseline. Like ``signalcli compare``.

    >>> verdict = compare(predictions, ComparisonConfig(by="accuracy"))
    """
    from signalcli.evaluation.comparison import compare as comparison

    return comparison.compare(predictions, config or ComparisonConfig(), rule or TradingRule()).table


def save_model(
    folder: str | Path,
    features: pd.DataFrame,
    fit: FitConfig,
    *,
    folds: FoldConfig | None = None,
    made_with: FeatureConfig | None = None,
    predictions: pd.DataFrame | None = None,
) -> list[Path]:
    """Fit the one model of ``fit`` on all labeled rows and save it; returns the folders, one a symbol.

    Like ``signalcli fit --save``: ``made_with`` is the config of the features, ``predictions`` those of the
    walk-forward, for the scores in the manifest. Raises UsageError for several models.

    >>> save_model("models/ibm", features, FitConfig(models=("tree",)))
    """
    from signalcli.config.checks import require
    from signalcli.serving.bundle.describe import Origin
    from signalcli.serving.promotion.promote import Gate, save_through_gate
    from signalcli.training.refit import refit

    require(len(fit.models) == 1, "models", ",".join(fit.models), "one model, not more")
    origin = Origin(fit.random_state, made_with, predictions=predictions)
    table, gate = _selected(features, fit), Gate("always", dt.datetime.now(dt.UTC), trust=fit.models)
    fits = list(refit(table, fit, folds))
    return [outcome.place for outcome in save_through_gate(fits, table, Path(folder), origin, gate)]


def load_model(folder: str | Path, trust: tuple[str, ...] = ()) -> list[Bundle]:
    """Load saved models, one a symbol or one over all. Raises ConfigError for a damaged folder.

    ``trust`` names the code of models of one's own that may run, as ``module:name``.

    >>> models = load_model("models/ibm")
    """
    from signalcli.serving.bundle.load import load_all

    return load_all(Path(folder), trust)


def predict(models: Sequence[Bundle], bars: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """SIGNALS of saved models for the newest bar of each symbol. Like ``signalcli predict``.

    ``options`` are those of `signalcli.serving.predict.predict`: every, max_age, calendar …

    >>> signals = predict(load_model("models/ibm"), bars)
    """
    from signalcli.serving import predict as serving

    return serving.predict(models, bars, **options)
