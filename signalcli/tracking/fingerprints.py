"""What a run is made of, stage by stage, as hashes: where two runs part, they part at a stage."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.schemas import BAND, CLASS_COLUMNS, PATH, WEIGHT, feature_columns
from signalcli.tracking.recipe import Recipe
from signalcli.training.walk_forward import EVERY_SYMBOL, plan

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("bars", "features", "folds", "predictions", "scores")
BARS = ("open", "high", "low", "close", "volume")
TARGETS = ("forward_return", "direction", "label_end", WEIGHT)


def before_fitting(features: pd.DataFrame, recipe: Recipe) -> dict[str, dict[str, str]]:
    """Hashes of bars, features and folds by symbol."""
    folds = _folds(features, recipe)
    names = [*feature_columns(features), *(c for c in TARGETS if c in features)]
    return {
        str(symbol): {
            "bars": _rows(of_symbol, BARS),
            "features": _rows(of_symbol, names),
            "folds": folds.get(EVERY_SYMBOL, folds.get(str(symbol), "")),
        }
        for symbol, of_symbol in features.groupby("symbol", sort=True)
    }


def after_fitting(predictions: pd.DataFrame, scores: dict[str, Any]) -> dict[str, str]:
    """Hashes of the predictions of one fit, and of what the ledger keeps of them."""
    said = [c for c in ("fold", *CLASS_COLUMNS.values(), BAND, PATH) if c in predictions]
    return {"predictions": _rows(predictions, said), "scores": digest(scores)}


def digest(value: Any) -> str:
    """Hash of anything that JSON can hold."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _folds(features: pd.DataFrame, recipe: Recipe) -> dict[str, str]:
    """Of the rows that each fold trains on and tests, by the name of those that share a model."""
    found = {}
    for label, _, folds in plan(features, recipe.fit, recipe.folds):
        content = hashlib.sha256()
        for fold in folds:
            for rows in (fold.train, fold.test, fold.path):
                content.update(b"|" if rows is None else rows.astype("int64").tobytes() + b"|")
        found[label] = content.hexdigest()[:16]
    return found


def _rows(table: pd.DataFrame, names: Any) -> str:
    """Of the dates and some columns, by name; the same numbers in another type are the same."""
    content = hashlib.sha256(_moments(table["date"]))
    for name in names:
        column = table[name]
        moments = column.dtype.kind == "M"
        content_of = _moments(column) if moments else _numbers(column)
        content.update(name.encode() + content_of)
    return content.hexdigest()[:16]


def _numbers(column: pd.Series[Any]) -> bytes:
    """Every unknown is the same unknown, whatever its bits."""
    found = column.to_numpy("float64", na_value=np.nan)
    return np.where(np.isnan(found), np.nan, found).tobytes()


def _moments(column: pd.Series[Any]) -> bytes:
    return column.to_numpy("datetime64[us]").astype("int64").tobytes()
