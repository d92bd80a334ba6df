"""PREDICTIONS → what the ledger records of them: an entry for each fit, and the data they were made on."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.trading import TradingRule
from signalcli.schemas import BASELINES, SEED_SIGN, feature_columns
from signalcli.tracking.fingerprints import hash_bars, hash_inputs, hash_json
from signalcli.tracking.ledger import Entry
from signalcli.tracking.luck import join
from signalcli.tracking.market_patterns import NO_PATTERNS, find_patterns
from signalcli.tracking.markets import Dataset
from signalcli.tracking.recipe import Recipe, from_text, json_object, to_text
from signalcli.tracking.scored_fits import ScoredFit, scored_fits

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
    data, tested = hash_bars(features), hash_bars(predictions)
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
    fits = list(_fits(backtest(predictions, recipe.rule), config))
    entries = [
        Entry(
            **shared,
            **_model_columns(fit.model, recipe, names, seen[fit.symbol]),
            **fit.scores,
            symbol=fit.symbol,
            data_hash=data[fit.symbol],
            test_hash=tested[fit.symbol],
            stages=_json(inputs[fit.symbol] | fit.stages),
        )
        for fit in fits
    ]
    luck = _luck((data[fit.symbol], fit) for fit in fits if fit.model not in BASELINES)
    return FitRecord(entries, _datasets(features, data, luck))


def record_of_trials(
    features: pd.DataFrame, tried: Iterable[Tried], recipe: Recipe, run: str, made_at: str
) -> FitRecord:
    """Configurations that were tried on a part of the rows, such as the inner folds of a search.

    ``recipe`` holds what they share. They cannot be repeated from the ledger, so the entries have no recipe.
    """
    config, names = recipe.fit, feature_columns(features)
    data = hash_bars(features)
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
        tested, own = hash_bars(one.predictions), dataclasses.replace(recipe, fit=one.fit)
        for fit in _fits(backtest(one.predictions, recipe.rule), config):
            columns = _model_columns(fit.model, own, names, seen[fit.symbol])
            columns |= {"symbol": fit.symbol, "data_hash": data[fit.symbol], "test_hash": tested[fit.symbol]}
            entries.append(Entry(**shared, **columns, **fit.scores))
            luck.setdefault(data[fit.symbol], []).append(fit.luck)
    joined = {data_hash: join(of_data) for data_hash, of_data in luck.items()}
    return FitRecord(entries, _datasets(features, data, joined))


def _datasets(
    features: pd.DataFrame, data: dict[str, str], luck: dict[str, np.ndarray]
) -> dict[str, Dataset]:
    """Patterns and luck of the data that something was tried on."""
    bars = features[["symbol", "date", "close"]].groupby("symbol")
    patterns = {data[str(symbol)]: find_patterns(rows) for symbol, rows in bars}
    return {data_hash: Dataset(patterns[data_hash], of_data) for data_hash, of_data in luck.items()}


def join_records(first: FitRecord, second: FitRecord) -> FitRecord:
    """Both records as one: the entries, and the luck of all trials on each data set."""
    datasets = dict(first.datasets)
    for name, dataset in second.datasets.items():
        known = datasets.get(name)
        datasets[name] = (
            dataset if known is None else Dataset(known.patterns, join([known.luck, dataset.luck]))
        )
    return FitRecord([*first.entries, *second.entries], datasets)


def _fits(returns: pd.DataFrame, config: FitConfig) -> Iterator[ScoredFit]:
    """The fits in RETURNS, without the baselines that need none."""
    return (f for f in scored_fits(returns) if f.model.partition(SEED_SIGN)[0] in config.every_model)


def make_entries(
    features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe, run: str, made_at: str
) -> list[Entry]:
    """The entries of `make_record`."""
    return make_record(features, predictions, recipe, run, made_at).entries


def record_of_rule(
    fits: Sequence[Entry], predictions: pd.DataFrame, rule: TradingRule, run: str, made_at: str
) -> FitRecord:
    """The fits that made these PREDICTIONS as further trials, scored under another trading rule."""
    by_predictions = {(e.symbol, e.model, json_object(e.stages).get("predictions")): e for e in fits}
    scored = [
        (by_predictions.get((fit.symbol, fit.model, fit.predictions_hash)), fit)
        for fit in scored_fits(backtest(predictions, rule))
    ]
    known = [(entry, fit) for entry, fit in scored if entry is not None]
    luck = _luck((entry.data_hash, fit) for entry, fit in known if not entry.baseline)
    entries = [_under_rule(entry, fit, rule, run, made_at) for entry, fit in known]
    return FitRecord(entries, {name: Dataset(NO_PATTERNS, sketch) for name, sketch in luck.items()})


def _luck(trials: Iterable[tuple[str, ScoredFit]]) -> dict[str, np.ndarray]:
    """Joined luck of trials, each with the hash of its data, by that hash."""
    draws: dict[str, list[np.ndarray]] = {}
    for data_hash, fit in trials:
        draws.setdefault(data_hash, []).append(fit.luck)
    return {data_hash: join(of_data) for data_hash, of_data in draws.items()}


def _under_rule(entry: Entry, fit: ScoredFit, rule: TradingRule, run: str, made_at: str) -> Entry:
    return dataclasses.replace(
        entry,
        run=run,
        made_at=made_at,
        config_hash=_config_hash(str(entry.fit_hash), rule),
        recipe=to_text(dataclasses.replace(from_text(str(entry.recipe)), rule=rule)),
        stages=_json(json_object(entry.stages) | fit.stages),
        rule=_rule_text(rule),
        **fit.scores,
    )


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


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
