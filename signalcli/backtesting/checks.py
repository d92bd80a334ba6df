"""Checks of PREDICTIONS before they are traded."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from signalcli.data.bars import date_text
from signalcli.data.universe import are_members
from signalcli.errors import DataError, count, printable
from signalcli.schemas import BASELINES, CLASS_COLUMNS, HALF_SPREAD, PORTFOLIO

LISTED = 5  # models that a line names


def check_probabilities(predictions: pd.DataFrame) -> None:
    """Raise DataError for a probability that is not between 0 and 1; a row without any is no forecast."""
    columns = [c for c in CLASS_COLUMNS.values() if c in predictions]
    forecast = has_forecast(predictions)
    for column in columns:
        p = predictions[column].to_numpy("float64")
        invalid = np.where(forecast, ~((p >= 0) & (p <= 1)), ~np.isnan(p))  # the first is True for NaN
        hint = "leave every probability of a row empty where there is no forecast"
        _refuse(predictions, invalid, "DATA-PROBABILITY", f"{column} is not between 0 and 1", hint)


def has_forecast(predictions: pd.DataFrame) -> np.ndarray:
    """Which rows have a probability of up, bool (n_rows,); buy & hold has none."""
    return ~np.isnan(predictions["p_up"].to_numpy("float64"))


def describe_missing_forecasts(predictions: pd.DataFrame) -> str | None:
    """Number of rows inside the universe without a forecast, with the models; None if there are none."""
    models = predictions["model"]
    expected = are_members(predictions) & (models != BASELINES[0]).to_numpy()
    missing = models[~has_forecast(predictions) & expected]
    if not len(missing):
        return None
    counts = missing.value_counts(sort=False).sort_index()
    shown = ", ".join(f"{printable(model)} {rows:,}" for model, rows in counts.iloc[:LISTED].items())
    more = f" and {len(counts) - LISTED} more" if len(counts) > LISTED else ""
    return f"{len(missing):,} of {len(models):,} rows have no forecast ({shown}{more}): flat and not judged"


def check_names(symbols: Iterable[str]) -> None:
    """Raise DataError for a symbol with the name that stands for all symbols together."""
    if PORTFOLIO in symbols:
        raise DataError(
            "PORTFOLIO-NAME",
            f"{PORTFOLIO} stands for all symbols together and is the name of one of them; rename it, or "
            "leave out --portfolio and --pool",
        )


def check_prices(predictions: pd.DataFrame) -> None:
    """Raise DataError for an open or close that is no finite price above 0, and a half-spread below 0."""
    prices = [predictions[name].to_numpy("float64") for name in ("open", "close")]
    invalid = ~functools.reduce(np.logical_and, ((p > 0) & (p < np.inf) for p in prices))
    hint = "signalcli fetch drops such bars"
    _refuse(predictions, invalid, "DATA-PRICE", "open or close is not a price above 0", hint)
    if HALF_SPREAD in predictions:
        hint = "leave the cell empty where it is unknown"
        below = predictions[HALF_SPREAD].to_numpy("float64") < 0
        _refuse(predictions, below, "DATA-PRICE", "half_spread is below 0", hint)


def _refuse(rows: pd.DataFrame, invalid: np.ndarray, code: str, what: str, hint: str) -> None:
    """Raise DataError that names the first invalid row and counts all of them."""
    if invalid.any():
        first = rows.loc[invalid, ["symbol", "date", "model"]].iloc[0]
        where = f"{printable(first['symbol'])} {date_text(first['date'])} {printable(first['model'])}"
        raise DataError(code, f"{where}: {what} ({count(int(invalid.sum()), 'row')} in all); {hint}")
