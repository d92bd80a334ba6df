"""PREDICTIONS → ledger entries, one for each fit."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import math
import platform
from typing import Any

import pandas as pd

from signalcli.backtesting.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.evaluation.metrics.classification import log_loss
from signalcli.evaluation.metrics.confusion import accuracy
from signalcli.evaluation.metrics.record import record_of_group
from signalcli.schemas import BASELINES, PRICES, SEED_SIGN, feature_columns, group_columns
from signalcli.tracking.fingerprints import dates_as_bytes, hash_bytes, hash_inputs, hash_json, hash_results
from signalcli.tracking.ledger import Entry
from signalcli.tracking.recipe import Recipe, to_text

LIBRARIES = ("signalcli", "numpy", "pandas", "scikit-learn", "lightgbm", "tensorflow", "keras")


def make_entries(
    features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe, run: str, made_at: str
) -> list[Entry]:
    """One `Entry` for each symbol, model and path, scored under the default trading rule."""
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
    }
    returns = backtest(predictions)
    return [
        Entry(
            **shared,
            **_model_columns(str(key[1]), config, folds, names),
            **(scores := _scores(rows)),
            symbol=(symbol := str(key[0])),
            data_hash=data[symbol],
            test_hash=tested[symbol],
            stages=_json(inputs[symbol] | hash_results(rows, scores)),
        )
        for key, rows in returns.groupby(group_columns(returns), sort=True)
        if str(key[1]).partition(SEED_SIGN)[0] in config.every_model
    ]


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


def _model_columns(name: str, config: FitConfig, folds: FoldConfig, features: list[str]) -> dict[str, Any]:
    model, _, seed_text = name.partition(SEED_SIGN)
    seed = int(seed_text or config.random_state)
    settings = config.settings.get(model, {})
    decisions: list[Any] = [model, settings, features, dataclasses.asdict(folds), seed, config.pooled]
    if name not in BASELINES:  # appended only when used, so that hashes of older versions stay valid
        decisions += [config.calibrate] if config.calibrate else []
        decisions += [{"coverage": config.coverage}] if config.coverage else []
    return {
        "model": name,
        "seed": seed,
        "baseline": int(name in BASELINES),
        "settings": _json(settings),
        "config_hash": hash_json(decisions),
    }


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
