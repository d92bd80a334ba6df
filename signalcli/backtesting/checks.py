"""Checks of PREDICTIONS before they are traded."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable
from signalcli.schemas import CLASS_COLUMNS


def check_probabilities(predictions: pd.DataFrame) -> None:
    """Raise DataError for a probability that is missing or not between 0 and 1."""
    for column in [c for c in CLASS_COLUMNS.values() if c in predictions]:
        p = predictions[column].to_numpy("float64")
        invalid = ~((p >= 0) & (p <= 1))  # True for NaN
        hint = "remove rows without a prediction"
        _refuse(predictions, invalid, "DATA-PROBABILITY", f"{column} is not between 0 and 1", hint)


def check_prices(predictions: pd.DataFrame) -> None:
    """Raise DataError for an open or close that is not a finite price above 0."""
    prices = [predictions[name].to_numpy("float64") for name in ("open", "close")]
    invalid = ~functools.reduce(np.logical_and, ((p > 0) & (p < np.inf) for p in prices))
    hint = "signalcli fetch drops such bars"
    _refuse(predictions, invalid, "DATA-PRICE", "open or close is not a price above 0", hint)


def _refuse(rows: pd.DataFrame, invalid: np.ndarray, code: str, what: str, hint: str) -> None:
    """Raise DataError that names the first invalid row and counts all of them."""
    if invalid.any():
        symbol, date, model = (printable(v) for v in rows.loc[invalid, ["symbol", "date", "model"]].iloc[0])
        raise DataError(code, f"{symbol} {date} {model}: {what} ({invalid.sum()} rows in all); {hint}")
