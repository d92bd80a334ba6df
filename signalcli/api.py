"""The Python API: the stages of the command line as functions of DataFrames, with the same configs.

``import signalcli as sc`` gives all of them; nothing heavy is imported before the first call.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from signalcli.config.comparison import ComparisonConfig
from signalcli.config.conflicts.refuse import refuse_conflicts
from signalcli.config.features import FeatureConfig
from signalcli.config.fetch import FetchConfig
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.config.importance import ImportanceConfig
from signalcli.config.join import JoinConfig
from signalcli.config.leaks import LeakConfig
from signalcli.config.resample import ResampleConfig
from signalcli.config.scorecard import ScorecardConfig
from signalcli.config.trading import TradingRule
from signalcli.config.tuning import TuneConfig, TunedFitConfig

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.data.join.side import Side
    from signalcli.research.tuning.tune import Tuned, Tuning
    from signalcli.serving.bundle.load import Bundle

__all__ = [
    "ComparisonConfig", "FeatureConfig", "FetchConfig", "FitConfig", "FoldConfig", "ImportanceConfig",
    "JoinConfig", "LeakConfig", "ResampleConfig", "ScorecardConfig", "TradingRule", "TuneConfig",
    "TuneResult", "TunedFitConfig", "backtest", "build_features", "compare", "fetch", "importance", "join",
    "load_model", "predict", "read_bars", "resample", "save_model", "scorecard", "tune", "walk_forward",
]  # fmt: skip


class TuneResult(NamedTuple):
    """Result of `tune`.

    Parameters
    ----------
    table : DataFrame
        TUNING: what the search of each outer fold chose, and its score on the rows it has not seen.
    predictions : DataFrame
        PREDICTIONS of the outer rows.
    history : DataFrame
        Every trial.
    best : dict
        Parameters by model that a search of all labeled rows chose; empty unless asked for.
    """

    table: pd.DataFrame
    predictions: pd.DataFrame
    history: pd.DataFrame
    best: dict[str, dict[str, Any]]


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


def resample(bars: pd.DataFrame, config: ResampleConfig) -> pd.DataFrame:
    """BARS of a longer interval; the unfinished one is left out. Like ``signalcli resample``.

    What was left out is named in a UserWarning. Raises UsageError for an interval that is not longer.

    >>> weeks = resample(bars, ResampleConfig(to="1wk", calendar="XNYS"))
    """
    from signalcli.data.resample.resample import resample as to_longer

    result = to_longer(bars, config)
    _warn(result.lines)
    return result.bars


def join(
    bars: pd.DataFrame,
    *sides: pd.DataFrame | str | Path,
    config: JoinConfig | None = None,
    close_time: tuple[str, ...] = (),
) -> pd.DataFrame:
    """BARS with the columns of other series, each value from its release on. Like ``signalcli join``.

    sides : tables, or files of them, with a column of the times of release.
    close_time : closes of daily bars, as in ``--close-time``.

    What has no counterpart is named in a UserWarning. Raises DataError and UsageError.

    >>> wide = join(bars, "macro.csv", config=JoinConfig(tolerance="40d"))
    """
    from signalcli.data.join.join import join as join_sides

    config = config or JoinConfig()
    config.check_tables(len(sides))
    read = [_side(side, number, config) for number, side in enumerate(sides)]
    joined = join_sides(bars, read, config, close_time)
    _warn(joined.lines)
    return joined.bars


def _side(side: pd.DataFrame | str | Path, number: int, config: JoinConfig) -> Side:
    from signalcli.data.join.side import make_side, read_side

    if isinstance(side, str | Path):
        return read_side(str(side), number, config)
    return make_side(side.reset_index(drop=True), f"side table {number + 1}", number, config)


def build_features(
    bars: pd.DataFrame, config: FeatureConfig | None = None, leaks: LeakConfig | None = None
) -> pd.DataFrame:
    """FEATURES of BARS. Like ``signalcli features``: further numbers only where ``extra`` names them.

    What was left out is named in a UserWarning. Raises DataError for a column that knows the next return,
    unless ``leaks`` allows it.

    >>> features = build_features(bars, FeatureConfig(window=10, sets=("lags", "rolling")))
    """
    from signalcli.features.build import build
    from signalcli.features.labels.cross_rank import rank_lines
    from signalcli.features.leaks.refuse import refuse_foreign_leaks, refuse_leaks_beside
    from signalcli.features.lines import bars_lines

    config, leaks = config or FeatureConfig(), leaks or LeakConfig()
    features = build(bars, config)
    refuse_foreign_leaks(features, config, leaks)
    refuse_leaks_beside(bars, features, config, leaks)
    _warn([*bars_lines(bars, config), *rank_lines(features, config)])
    return features


def walk_forward(
    features: pd.DataFrame,
    fit: FitConfig | None = None,
    folds: FoldConfig | None = None,
    jobs: int = 1,
    leaks: LeakConfig | None = None,
) -> pd.DataFrame:
    """PREDICTIONS of models and baselines, out of sample. Like ``signalcli fit``, without the ledger.

    What was left out is named in a UserWarning. Raises DataError for a feature that knows the next
    return, unless ``leaks`` allows it.

    >>> predictions = walk_forward(features, FitConfig(models=("ar", "tree")), FoldConfig(folds=3))
    """
    from signalcli.training import walk_forward as training

    fit, folds = fit or FitConfig(), folds or FoldConfig()
    table = _checked(features, fit, folds, leaks)
    predictions = training.walk_forward(table, fit, folds, jobs=jobs)
    _warn_of_fit(table, fit, folds, predictions)
    return predictions


def _selected(features: pd.DataFrame, fit: FitConfig) -> pd.DataFrame:
    """FEATURES with the features that ``fit`` chooses; those left out are named in a UserWarning."""
    from signalcli.training.select import select_features

    table, lines = select_features(features, fit)
    _warn(lines, depth=5)
    return table


def importance(
    features: pd.DataFrame,
    fit: FitConfig | None = None,
    folds: FoldConfig | None = None,
    config: ImportanceConfig | None = None,
    jobs: int = 1,
    leaks: LeakConfig | None = None,
) -> pd.DataFrame:
    """IMPORTANCE of the features of each model on test rows. Like ``signalcli importance``.

    What was not measured is named in a UserWarning. Raises UsageError for a method that no model has.

    >>> table = importance(features, FitConfig(models=("tree",)), config=ImportanceConfig(by="fold"))
    """
    from signalcli.research.importance.importance import importance as measure

    fit, folds = fit or FitConfig(models=("tree",)), folds or FoldConfig()
    refuse_conflicts(fit, folds)
    table = _checked(features, fit, folds, leaks)
    measured = measure(table, fit, folds, config, jobs=jobs)
    _warn(measured.lines)
    _warn_of_fit(table, fit, folds)
    return measured.table


def tune(
    features: pd.DataFrame,
    config: TuneConfig,
    fit: TunedFitConfig | None = None,
    folds: FoldConfig | None = None,
    rule: TradingRule | None = None,
    jobs: int = 1,
    leaks: LeakConfig | None = None,
    *,
    best: bool = False,
) -> TuneResult:
    """Nested search of model parameters, reported on rows that it has not seen. Like ``signalcli tune``.

    Neither ledger nor cache is used. ``best`` adds a search of all labeled rows. What was left out is named
    in a UserWarning. Raises UsageError for a space that the models do not have.

    >>> found = tune(features, TuneConfig(space=("tree.num_leaves=7,15,31",)), best=True)
    """
    from signalcli.cli.steps.fits.tuning import plan_search
    from signalcli.research.tuning.lines import search_lines
    from signalcli.research.tuning.tune import tune as search

    folds = folds or FoldConfig()
    tuning = plan_search(config, fit or TunedFitConfig(), folds, rule or TradingRule(), whole=best)
    table = _checked(features, tuning.fit, folds, leaks)
    tuned = search(table, tuning, jobs=jobs)
    _warn(search_lines(tuned))
    _warn_of_fit(table, tuning.fit, folds)
    return _tune_result(table, tuned, tuning)


def _tune_result(features: pd.DataFrame, tuned: Tuned, tuning: Tuning) -> TuneResult:
    """Tables of a search; its Sharpe ratios are deflated by its own trials."""
    from signalcli.research.tuning.entries import ledger_record, trials_of_record, with_every_symbol
    from signalcli.research.tuning.table import history_table, tuning_table
    from signalcli.research.tuning.verdict import judge

    record = ledger_record(features, tuned, tuning, "", dt.datetime.now(dt.UTC).isoformat())
    trials = with_every_symbol(trials_of_record(record), tuned.predictions)
    verdicts = [judge(one) for one in (*tuned.searches, *tuned.whole)]
    table = tuning_table(tuned, verdicts, trials, tuning.rule)
    best = {one.model: dict(one.chosen.parameters) for one in tuned.whole}
    return TuneResult(table, tuned.predictions, history_table(tuned, verdicts), best)


def _checked(
    features: pd.DataFrame, fit: FitConfig, folds: FoldConfig, leaks: LeakConfig | None
) -> pd.DataFrame:
    """FEATURES with the chosen features. Raises DataError for one that knows the next return."""
    from signalcli.features.leaks.refuse import refuse_leaks
    from signalcli.schemas import feature_columns
    from signalcli.training.plan import seal_holdout

    table = _selected(features, fit)
    refuse_leaks(seal_holdout(table, folds), feature_columns(table), leaks or LeakConfig())
    return table


def _warn_of_fit(
    features: pd.DataFrame, fit: FitConfig, folds: FoldConfig, predictions: pd.DataFrame | None = None
) -> None:
    """Warn of rows and symbols that were left out, of missing calibration, and of what no model reads."""
    from signalcli.training.left_out import left_out, skipped, unmeasured
    from signalcli.training.unread import unread

    without = [] if predictions is None else skipped(features, predictions, fit, folds)
    parts = (left_out(features, folds), without, unmeasured(features, fit, folds), unread(features, fit))
    _warn((line for part in parts for line in part), depth=4)


def _warn(lines: Iterable[str], depth: int = 3) -> None:
    for text in lines:
        warnings.warn(text, UserWarning, stacklevel=depth)


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

    ``options`` are those of `signalcli.serving.predict.predict`: every, max_age, calendar … With ``every``,
    rows without a signal and those that the models were trained on are counted in a UserWarning.

    >>> signals = predict(load_model("models/ibm"), bars)
    """
    from signalcli.serving import predict as serving
    from signalcli.serving.in_sample import in_sample_signals

    signals = serving.predict(models, bars, **options)
    if options.get("every"):
        _warn([*serving.skipped_lines(signals, bars), *in_sample_signals(signals, models)])
    return signals
