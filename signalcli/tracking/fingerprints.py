"""Hashes of each stage of a fit, which show the first stage at which two runs differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from signalcli.schemas import BAND, CLASS_COLUMNS, HORIZON, PATH, PRICES, WEIGHT, feature_columns
from signalcli.tracking.recipe import Recipe
from signalcli.training.plan import EVERY_SYMBOL, make_plan

STAGES = ("bars", "features", "folds", "predictions", "scores")
TARGETS = ("forward_return", "direction", "label_end", HORIZON, WEIGHT)


def hash_inputs(features: pd.DataFrame, recipe: Recipe) -> dict[str, dict[str, str]]:
    """Hashes of bars, features and folds, by symbol."""
    folds = _hash_folds(features, recipe)
    names = [*feature_columns(features), *(c for c in TARGETS if c in features)]
    return {
        str(symbol): {
            "bars": _hash_columns(rows, [*PRICES, "volume"]),
            "features": _hash_columns(rows, names),
            "folds": folds.get(EVERY_SYMBOL, folds.get(str(symbol), "")),
        }
        for symbol, rows in features.groupby("symbol", sort=True)
    }


def hash_results(predictions: pd.DataFrame, scores: dict[str, Any]) -> dict[str, str]:
    """Hashes of the predictions of one fit and of its scores in the ledger."""
    names = [c for c in ("fold", *CLASS_COLUMNS.values(), BAND, PATH) if c in predictions]
    return {"predictions": _hash_columns(predictions, names), "scores": hash_json(scores)}


def hash_json(value: Any) -> str:
    """Hash of a value that can be written as JSON."""
    return hash_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def hash_bytes(content: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def dates_as_bytes(column: pd.Series[Any]) -> bytes:
    """Microseconds since 1970, 8 bytes each."""
    return column.to_numpy("datetime64[us]").astype("int64").tobytes()


def _hash_folds(features: pd.DataFrame, recipe: Recipe) -> dict[str, str]:
    """Hash of the rows that the folds train on and test, by the label of the rows that share a model."""
    hashes = {}
    for group in make_plan(features, recipe.fit, recipe.folds).groups:
        parts = (rows for fold in group.folds for rows in (fold.train, fold.test, fold.path))
        texts = (b"|" if rows is None else rows.astype("int64").tobytes() + b"|" for rows in parts)
        hashes[group.label] = hash_bytes(b"".join(texts))
    return hashes


def _hash_columns(table: pd.DataFrame, names: Iterable[str]) -> str:
    """Hash of the dates and some columns with their names; independent of the numeric type."""
    content = hashlib.sha256(dates_as_bytes(table["date"]))
    for name in names:
        column = table[name]
        is_date = column.dtype.kind == "M"
        content.update(name.encode() + (dates_as_bytes(column) if is_date else _numbers_as_bytes(column)))
    return content.hexdigest()[:16]


def _numbers_as_bytes(column: pd.Series[Any]) -> bytes:
    """Numbers as float64 with the same bits for every NaN."""
    numbers = column.to_numpy("float64", na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
