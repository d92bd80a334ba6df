"""PREDICTIONS → what the ledger keeps of each fit."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import math
import platform
from typing import TYPE_CHECKING, Any

from signalcli.backtest.simulate import backtest
from signalcli.config.fit import FitConfig
from signalcli.config.folds import FoldConfig
from signalcli.evaluation.metrics.classification import log_loss
from signalcli.evaluation.metrics.confusion import accuracy
from signalcli.evaluation.metrics.record import record
from signalcli.evaluation.metrics.sharpe import moments
from signalcli.schemas import BASELINES, SEED_SIGN, feature_columns, run_of
from signalcli.tracking.fingerprints import after_fitting, before_fitting, digest
from signalcli.tracking.ledger import Entry
from signalcli.tracking.recipe import Recipe, to_text

if TYPE_CHECKING:
    import pandas as pd

PRICES = ["open", "high", "low", "close"]
LIBRARIES = ("signalcli", "numpy", "pandas", "scikit-learn", "lightgbm", "tensorflow", "keras")


def trial_entries(
    features: pd.DataFrame, predictions: pd.DataFrame, recipe: Recipe, run: str, made_at: str
) -> list[Entry]:
    """One `Entry` for each symbol, model and path, scored under the default trading rule."""
    config, folds, names = recipe.fit, recipe.folds, feature_columns(features)
    data = {str(s): bars_hash(rows) for s, rows in features.groupby("symbol")}
    tested = tested_hashes(predictions)
    stages = before_fitting(features, recipe)
    shared: dict[str, Any] = {
        "run": run,
        "made_at": made_at,
        "features_hash": digest(names),
        "folds": _json(dataclasses.asdict(folds)),
        "versions": _json(versions()),
        "pooled": int(config.pooled),
        "opened": str(folds.holdout) if folds.open_holdout else None,
        "recipe": to_text(recipe),
    }
    booked = backtest(predictions)
    return [
        Entry(
            **shared,
            **_of_model(str(key[1]), config, folds, names),
            **(scores := _scores(rows)),
            symbol=str(key[0]),
            data_hash=data[str(key[0])],
            test_hash=tested[str(key[0])],
            stages=_json(stages[str(key[0])] | after_fitting(rows, scores)),
        )
        for key, rows in booked.groupby(run_of(booked), sort=True)
        if str(key[1]).partition(SEED_SIGN)[0] in config.every_model
    ]


def tested_hashes(table: pd.DataFrame) -> dict[str, str]:
    """Hash of the tested bars of each symbol, from PREDICTIONS or RETURNS."""
    once = table.drop_duplicates(["symbol", "date"])
    return {str(symbol): bars_hash(rows) for symbol, rows in once.groupby("symbol")}


def bars_hash(rows: pd.DataFrame) -> str:
    """Hash of a symbol's dates and prices."""
    dates = rows["date"].to_numpy("datetime64[us]").astype("int64")
    content = dates.tobytes() + rows[PRICES].to_numpy("float64").tobytes(order="C")
    return hashlib.sha256(content).hexdigest()[:16]


def versions() -> dict[str, str]:
    """Versions of what took part."""
    return {"python": platform.python_version()} | {n: importlib.metadata.version(n) for n in LIBRARIES}


def _of_model(model: str, config: FitConfig, folds: FoldConfig, names: list[str]) -> dict[str, Any]:
    plain, _, seeded = model.partition(SEED_SIGN)
    seed = int(seeded or config.random_state)
    settings = config.settings.get(plain, {})
    decided: list[Any] = [plain, settings, names, dataclasses.asdict(folds), seed, config.pooled]
    decided += [config.calibrate] if config.calibrate and model not in BASELINES else []
    decided += [{"coverage": config.coverage}] if config.coverage and model not in BASELINES else []
    return {
        "model": model,
        "seed": seed,
        "baseline": int(model in BASELINES),
        "settings": _json(settings),
        "config_hash": digest(decided),
    }


def _scores(rows: pd.DataFrame) -> dict[str, Any]:
    of_model = record(rows)
    return {
        "rows": len(rows),
        "accuracy": _known(accuracy(of_model.counts)),
        "log_loss": _known(log_loss(of_model.y, of_model.p, of_model.classes)),
        "sharpe": _known(moments(of_model.net)[0]),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
