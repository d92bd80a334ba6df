"""Hashes of each stage of a fit, which show the first stage at which two runs differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from signalcli.backtesting.groups import RowGroups, first_of_each_date, group_rows
from signalcli.schemas import (
    BAND,
    CLASS_COLUMNS,
    HORIZON,
    MEMBER,
    PATH,
    PRICES,
    WEIGHT,
    feature_columns,
    group_columns,
)
from signalcli.tracking.recipe import Recipe
from signalcli.training.plan import EVERY_SYMBOL, make_plan

STAGES = ("bars", "features", "folds", "predictions", "scores")
TARGETS = ("forward_return", "direction", "label_end", HORIZON, WEIGHT, MEMBER)


def hash_inputs(features: pd.DataFrame, recipe: Recipe) -> dict[str, dict[str, str]]:
    """Hashes of bars, features and folds, by symbol."""
    folds = _hash_folds(features, recipe)
    names = [*feature_columns(features), *(c for c in TARGETS if c in features)]
    groups = group_rows(features, ["symbol"])
    symbols = [str(name[0]) for name in groups.names]
    bars, inputs = (hash_columns(features, groups, columns) for columns in ([*PRICES, "volume"], names))
    return {
        symbol: {"bars": bar, "features": seen, "folds": folds.get(EVERY_SYMBOL, folds.get(symbol, ""))}
        for symbol, bar, seen in zip(symbols, bars, inputs, strict=True)
    }


def hash_predictions(predictions: pd.DataFrame) -> dict[tuple[Any, ...], str]:
    """Hash of the predictions of each symbol and model (and path), in their order."""
    names = [c for c in ("fold", *CLASS_COLUMNS.values(), BAND, PATH) if c in predictions]
    groups = group_rows(predictions, group_columns(predictions))
    return dict(zip(groups.names, hash_columns(predictions, groups, names), strict=True))


def hash_bars(table: pd.DataFrame) -> dict[str, str]:
    """Hash of the dates and prices of each symbol; a table of predictions may hold a bar several times."""
    once = table.drop_duplicates(["symbol", "date"]) if PATH in table else first_of_each_date(table)
    bars = once[["symbol", "date", *PRICES]]
    groups = group_rows(bars, ["symbol"])
    dates, prices = _microseconds(bars["date"]), bars[PRICES].to_numpy("float64")
    hashes = (hash_bytes(dates[rows].tobytes() + prices[rows].tobytes(order="C")) for rows in groups.each())
    return {str(name[0]): found for name, found in zip(groups.names, hashes, strict=True)}


def hash_json(value: Any) -> str:
    """Hash of a value that can be written as JSON."""
    return hash_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def hash_bytes(content: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def _hash_folds(features: pd.DataFrame, recipe: Recipe) -> dict[str, str]:
    """Hash of the rows that the folds train on and test, by the label of the rows that share a model."""
    hashes = {}
    for group in make_plan(features, recipe.fit, recipe.folds).groups:
        parts = (rows for fold in group.folds for rows in (fold.train, fold.test, fold.path))
        texts = (b"|" if rows is None else rows.astype("int64").tobytes() + b"|" for rows in parts)
        hashes[group.label] = hash_bytes(b"".join(texts))
    return hashes


def hash_columns(table: pd.DataFrame, groups: RowGroups, names: Iterable[str]) -> list[str]:
    """Hash of the dates and some columns of each group, with their names; the numeric type has no influence.

    Column by column, because a data frame for each group would take longer than the hashes.
    """
    places, dates = list(groups.each()), _microseconds(table["date"])
    contents = [hashlib.sha256(dates[rows].tobytes()) for rows in places]
    for name in names:
        label, values = name.encode(), _canonical(table[name])
        for content, rows in zip(contents, places, strict=True):
            content.update(label + values[rows].tobytes())
    return [content.hexdigest()[:16] for content in contents]


def _canonical(column: pd.Series[Any]) -> np.ndarray:
    """Dates in microseconds, or numbers as float64 with the same bits for every NaN."""
    if column.dtype.kind == "M":
        return _microseconds(column)
    numbers = column.to_numpy("float64", na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, numbers)


def _microseconds(dates: pd.Series[Any]) -> np.ndarray:
    """Microseconds since 1970, int64."""
    return dates.to_numpy("datetime64[us]").astype("int64")
