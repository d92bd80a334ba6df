"""FORECASTS → METRICS: forecast errors of each symbol and model, with persistence as the baseline."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.errors import DataError, printable
from signalcli.evaluation.metrics.metric import declared_by, explain, metric
from signalcli.evaluation.metrics.moments import mean

BASELINE = "persistence"


class ForecastRecord(NamedTuple):
    """Rows of one model whose actual value is known, each (n,); ``last`` is the forecast of persistence."""

    actual: np.ndarray
    forecast: np.ndarray
    last: np.ndarray


@metric(formula="root of the mean of (forecast - actual)²", unit="unit of the column")
def rmse(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Root mean squared error; NaN without rows."""
    return mean((forecast - actual) ** 2) ** 0.5


@metric(formula="mean of |forecast - actual|", unit="unit of the column")
def mae(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute error; NaN without rows."""
    return mean(np.abs(forecast - actual))


@metric(formula="mean of |forecast - actual| / |actual|", unit="fraction")
def mape(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute percentage error as a fraction; NaN where an actual value is zero."""
    return mean(np.abs((forecast - actual) / actual)) if (actual != 0).all() else math.nan


@metric(
    formula="mae / mae of persistence on the same rows",
    unit="below 1 beats persistence",
    source="after Hyndman and Koehler 2006",
)
def mase(actual: np.ndarray, forecast: np.ndarray, last: np.ndarray) -> float:
    """Mean absolute error divided by that of persistence on the same rows; NaN where that is zero.

    Hyndman and Koehler (2006) scale by the errors of the training part instead. With the same rows, the
    baseline is 1 by definition, whatever the market did.
    """
    scale = mae(actual, last)
    return mae(actual, forecast) / scale if scale > 0 else math.nan


@metric(formula="rows with actual and forecast on one side of the last value / moved rows", unit="fraction")
def direction_hit(actual: np.ndarray, forecast: np.ndarray, last: np.ndarray) -> float:
    """Share of rows whose forecast is on the same side of the last known value as the actual value.

    Rows without a change, actual or forecast, do not count. NaN without rows, or if a forecast is infinite
    or NaN.
    """
    if not np.isfinite(forecast).all():
        return math.nan
    actual_side, forecast_side = np.sign(actual - last), np.sign(forecast - last)
    moved = (actual_side != 0) & (forecast_side != 0)
    return mean((actual_side == forecast_side)[moved].astype("float64"))


ERRORS = declared_by(rmse, mae, mape, mase, direction_hit)


def explain_errors() -> list[dict[str, str]]:
    """Name, formula, unit and source of each forecast error."""
    return explain(ERRORS)


def forecast_errors(forecasts: pd.DataFrame) -> pd.DataFrame:
    """METRICS of FORECASTS, a row for each symbol and model; rows without an actual value do not count.

    Columns symbol, model, baseline, start, end, n_bars, rmse, mae, mape, mase, direction_hit; undefined
    errors, such as those of a diverged model, are NaN. Raises DataError where persistence is missing.
    """
    by_symbol = forecasts.groupby("symbol", sort=False)
    return pd.DataFrame([row for _, of_symbol in by_symbol for row in _rows_of_symbol(of_symbol)])


def _rows_of_symbol(forecasts: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the models in their order, the baseline last."""
    if BASELINE not in set(forecasts["model"]):
        raise DataError(
            "FORECAST-BASELINE", f"no forecasts of {BASELINE}, the baseline; signalcli forecast writes them"
        )
    names = [name for name in forecasts["model"].unique() if name != BASELINE]
    baseline = forecasts[forecasts["model"] == BASELINE].set_index("date")["forecast"]
    return [_row(forecasts[forecasts["model"] == name], name, baseline) for name in (*names, BASELINE)]


def _row(forecasts: pd.DataFrame, name: str, baseline: pd.Series[Any]) -> dict[str, Any]:
    rows = forecasts[forecasts["actual"].notna()]
    if not rows["date"].isin(baseline.index).all():
        raise DataError("FORECAST-BASELINE", f"{printable(name)}: rows without a forecast of {BASELINE}")
    columns = (rows["actual"], rows["forecast"], baseline.loc[rows["date"]])
    record = ForecastRecord(*(column.to_numpy("float64") for column in columns))
    return {
        "symbol": forecasts["symbol"].iloc[0],
        "model": name,
        "baseline": int(name == BASELINE),
        "start": forecasts["date"].iloc[0],
        "end": forecasts["date"].iloc[-1],
        "n_bars": len(rows),
        **{column: error.of(record) for column, error in ERRORS.items()},
    }
