"""PREDICTIONS → what the ledger records of them: an entry for each fit, and the data they were made on."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import math
import platform
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.trading import TradingRule
from signalcli.evaluation.metrics.classification import log_loss
from signalcli.evaluation.metrics.confusion import accuracy
from signalcli.evaluation.metrics.record import record_of_group
from signalcli.schemas import BASELINES, PRICES, SEED_SIGN, feature_columns, group_columns
from signalcli.tracking.fingerprints import dates_as_bytes, hash_bytes, hash_inputs, hash_json, hash_results
from signalcli.tracking.ledger import Entry
from signalcli.tracking.luck import draw, join
from signalcli.tracking.market_patterns import NO_PATTERNS, find_patterns
from signalcli.tracking.markets import Dataset
from signalcli.tracking.recipe import Recipe, from_text, to_text

# fields of FitConfig that differ between the models of a fit
OF_ONE_MODEL = ("models", "settings", "random_state", "seeds")
LIBRARIES = ("signalcli", "numpy", "pandas", "scikit-learn", "lightgbm", "tensorflow", "keras")


class FitRecord(NamedTuple):
    """One `Entry` for each symbol, model and path, and the data of each symbol by ``data_hash``."""

    entries: list[Entry]
    datasets: dict[str, Dataset]


class Tried(NamedTuple):
    """A configuration that was tried: its fit, and its PREDICTIONS of one model."""

    fit: FitConfig
    predictions: pd.DataFrame


def make_record(
    features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe, run: str, made_at: str
) -> FitRecord:
    """The fits, scored under the recipe's trading rule, and their data."""
    config, folds, names = recipe.fit, recipe.folds, feature_columns(features)
    data = {str(symbol): _hash_bars(rows) for symbol, rows in features.groupby("symbol")}
    tested = hash_tested_bars(predictions)
    inputs = hash_inputs(features, recipe)
    shared: dict[str, Any] = {
        "run": run,
        "made_at": made_at,
        "features_hash": hash_json(names),
        "folds": _json(dataclasses.asdict(folds)),
        "versions": _json(library_versions()),
        "pooled": int(config.pooled),
        "opened": str(folds.holdout) if folds.open_holdout else None,
        "recipe": to_text(recipe),
        "rule": _rule_text(recipe.rule),
    }
    seen = _data_seen(inputs, config)
    returns = backtest(predictions, recipe.rule)
    entries = [
        Entry(
            **shared,
            **_model_columns(str(key[1]), recipe, names, seen[symbol := str(key[0])]),
            **(scores := _scores(rows)),
            symbol=symbol,
            data_hash=data[symbol],
            test_hash=tested[symbol],
            stages=_json(inputs[symbol] | hash_results(rows, scores)),
        )
        for key, rows in _fits(returns, config)
    ]
    patterns = {data[str(symbol)]: find_patterns(rows) for symbol, rows in features.groupby("symbol")}
    luck = _luck((data[str(k[0])], rows) for k, rows in _fits(returns, config) if k[1] not in BASELINES)
    return FitRecord(entries, {name: Dataset(patterns[name], luck[name]) for name in luck})


def record_of_trials(
    features: pd.DataFrame, tried: Iterable[Tried], recipe: Recipe, run: str, made_at: str
) -> FitRecord:
    """Configurations that were tried on a part of the rows, such as the inner folds of a search.

    ``recipe`` holds what they share. They cannot be repeated from the ledger, so the entries have no recipe.
    """
    config, names = recipe.fit, feature_columns(features)
    data = {str(symbol): _hash_bars(rows) for symbol, rows in features.groupby("symbol")}
    patterns = {data[str(symbol)]: find_patterns(rows) for symbol, rows in features.groupby("symbol")}
    seen = _data_seen(hash_inputs(features, recipe), config)
    shared: dict[str, Any] = {
        "run": run,
        "made_at": made_at,
        "features_hash": hash_json(names),
        "folds": _json(dataclasses.asdict(recipe.folds)),
        "versions": _json(library_versions()),
        "pooled": int(config.pooled),
        "opened": None,
        "rule": _rule_text(recipe.rule),
    }
    entries: list[Entry] = []
    luck: dict[str, list[np.ndarray]] = {}
    for one in tried:
        tested, own = hash_tested_bars(one.predictions), dataclasses.replace(recipe, fit=one.fit)
        for key, rows in _fits(backtest(one.predictions, recipe.rule), config):
            symbol = str(key[0])
            columns = _model_columns(str(key[1]), own, names, seen[symbol])
            columns |= {"symbol": symbol, "data_hash": data[symbol], "test_hash": tested[symbol]}
            entries.append(Entry(**shared, **columns, **_scores(rows)))
            trial = draw(rows["date"], rows["net_return"].to_numpy("float64"))
            luck.setdefault(data[symbol], []).append(trial)
    return FitRecord(entries, {name: Dataset(patterns[name], join(of)) for name, of in luck.items()})


def join_records(first: FitRecord, second: FitRecord) -> FitRecord:
    """Both records as one: the entries, and the luck of all trials on each data set."""
    datasets = dict(first.datasets)
    for name, dataset in second.datasets.items():
        known = datasets.get(name)
        datasets[name] = (
            dataset if known is None else Dataset(known.patterns, join([known.luck, dataset.luck]))
        )
    return FitRecord([*first.entries, *second.entries], datasets)


def _fits(returns: pd.DataFrame, config: FitConfig) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Symbol, model (and path) of each fit, and its RETURNS; without the baselines that need no fit."""
    for key, rows in returns.groupby(group_columns(returns), sort=True):
        if str(key[1]).partition(SEED_SIGN)[0] in config.every_model:
            yield key, rows


def make_entries(
    features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe, run: str, made_at: str
) -> list[Entry]:
    """The entries of `make_record`."""
    return make_record(features, predictions, recipe, run, made_at).entries


def record_of_rule(
    fits: Sequence[Entry], predictions: pd.DataFrame, rule: TradingRule, run: str, made_at: str
) -> FitRecord:
    """The fits that made these PREDICTIONS as further trials, scored under another trading rule."""
    by_predictions = {(e.symbol, e.model, json.loads(e.stages or "{}").get("predictions")): e for e in fits}
    returns = backtest(predictions, rule)
    rows_of_fit = [
        (by_predictions.get((str(key[0]), str(key[1]), hash_results(rows, {})["predictions"])), rows)
        for key, rows in returns.groupby(group_columns(returns), sort=True)
    ]
    known = [(fit, rows) for fit, rows in rows_of_fit if fit is not None]
    luck = _luck((fit.data_hash, rows) for fit, rows in known if not fit.baseline)
    entries = [_under_rule(fit, rows, rule, run, made_at) for fit, rows in known]
    return FitRecord(entries, {name: Dataset(NO_PATTERNS, sketch) for name, sketch in luck.items()})


def _luck(trials: Iterable[tuple[str, pd.DataFrame]]) -> dict[str, np.ndarray]:
    """Joined luck of trials, each with the hash of its data and its RETURNS, by that hash."""
    draws: dict[str, list[np.ndarray]] = {}
    for data_hash, rows in trials:
        draws.setdefault(data_hash, []).append(draw(rows["date"], rows["net_return"].to_numpy("float64")))
    return {data_hash: join(of_data) for data_hash, of_data in draws.items()}


def _under_rule(fit: Entry, rows: pd.DataFrame, rule: TradingRule, run: str, made_at: str) -> Entry:
    scores = _scores(rows)
    return dataclasses.replace(
        fit,
        run=run,
        made_at=made_at,
        config_hash=_config_hash(str(fit.fit_hash), rule),
        recipe=to_text(dataclasses.replace(from_text(str(fit.recipe)), rule=rule)),
        stages=_json(json.loads(str(fit.stages)) | hash_results(rows, scores)),
        rule=_rule_text(rule),
        **scores,
    )


def hash_tested_bars(table: pd.DataFrame) -> dict[str, str]:
    """Hash of the tested bars of each symbol, from PREDICTIONS or RETURNS."""
    bars = table.drop_duplicates(["symbol", "date"])
    return {str(symbol): _hash_bars(rows) for symbol, rows in bars.groupby("symbol")}


def _hash_bars(rows: pd.DataFrame) -> str:
    """Hash of a symbol's dates and prices."""
    return hash_bytes(dates_as_bytes(rows["date"]) + rows[PRICES].to_numpy("float64").tobytes(order="C"))


def library_versions() -> dict[str, str]:
    """Versions of Python and the libraries that influence a fit."""
    return {"python": platform.python_version()} | {n: importlib.metadata.version(n) for n in LIBRARIES}


def _model_columns(name: str, recipe: Recipe, features: list[str], seen: str) -> dict[str, Any]:
    """Columns of one model; ``seen`` is the hash of the features and targets that it was fitted on."""
    model, _, seed_text = name.partition(SEED_SIGN)
    seed = int(seed_text or recipe.fit.random_state)
    settings = recipe.fit.settings.get(model, {})
    shared = {k: v for k, v in dataclasses.asdict(recipe.fit).items() if k not in OF_ONE_MODEL}
    decisions = [model, settings, features, seen, dataclasses.asdict(recipe.folds), seed, shared]
    fit_hash = hash_json(decisions)
    return {
        "model": name,
        "seed": seed,
        "baseline": int(name in BASELINES),
        "settings": _json(settings),
        "fit_hash": fit_hash,
        "config_hash": _config_hash(fit_hash, recipe.rule),
    }


def _config_hash(fit_hash: str, rule: TradingRule) -> str:
    """Hash of a fit together with the trading rule: another rule is another trial."""
    return hash_json([fit_hash, dataclasses.asdict(rule)])


def _rule_text(rule: TradingRule) -> str:
    return _json(dataclasses.asdict(rule))


def _data_seen(inputs: dict[str, dict[str, str]], config: FitConfig) -> dict[str, str]:
    """Hash of the features and targets that a model of each symbol sees: its own, or with pooling all.

    They are hashed by their values, so that a table in a pipe and the settings of a run give the same hash,
    and whatever changes a label or a feature (horizon, dead zone, barriers, a plug-in) gives another.
    """
    own = {symbol: stages["features"] for symbol, stages in inputs.items()}
    return dict.fromkeys(own, hash_json(own)) if config.pooled else own


def _scores(returns: pd.DataFrame) -> dict[str, Any]:
    record = record_of_group(returns)
    return {
        "rows": len(returns),
        "accuracy": _none_for_nan(accuracy(record.confusion)),
        "log_loss": _none_for_nan(log_loss(record.y, record.p, record.classes)),
        "sharpe": _none_for_nan(record.moments[0]),
    }


def _none_for_nan(value: float) -> float | None:
    return None if math.isnan(value) else value


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
