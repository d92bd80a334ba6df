"""FORECASTS → one row of errors a symbol and model, persistence beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

BASELINE = "persistence"

# Formula, unit, source.
MEANINGS = {
    "rmse": ("root of the mean of (forecast - actual)²", "unit of the column", ""),
    "mae": ("mean of |forecast - actual|", "unit of the column", ""),
    "mape": ("mean of |forecast - actual| / |actual|", "fraction", ""),
    "mase": (
        "mae over that of persistence on the same rows",
        "below 1 beats persistence",
        "after Hyndman and Koehler 2006",
    ),
    "direction_hit": (
        "share of rows whose actual value lies where the forecast does: above or below the last one known",
        "fraction",
        "",
    ),
}


def explained() -> list[dict[str, str]]:
    """Name, formula, unit and source of every error."""
    return [
        {"name": name, "formula": formula, "unit": unit, "source": source}
        for name, (formula, unit, source) in MEANINGS.items()
    ]


def forecast_errors(forecasts: pd.DataFrame) -> pd.DataFrame:
    """METRICS of FORECASTS, a row a symbol and model; rows whose actual value is unknown do not count.

    Columns symbol, model, baseline, start, end, n_bars, rmse, mae, mape, mase, direction_hit; one that is not
    defined, as all of a model that has exploded, is NaN. Raises DataError where persistence is missing.
    """
    import pandas as pd

    rows = [row for _, of_symbol in forecasts.groupby("symbol", sort=False) for row in _rows(of_symbol)]
    return pd.DataFrame(rows)


def rmse(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Root of the mean squared error of (n,) each; NaN without rows."""
    return _mean((forecast - actual) ** 2) ** 0.5


def mae(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean distance of (n,) each; NaN without rows."""
    return _mean(np.abs(forecast - actual))


def mape(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean distance as a fraction of the actual value; NaN where one of them is zero."""
    return _mean(np.abs((forecast - actual) / actual)) if (actual != 0).all() else float("nan")


def mase(actual: np.ndarray, forecast: np.ndarray, naive: np.ndarray) -> float:
    """Mean distance over that of the naive forecast of the same rows; NaN where that is zero.

    Hyndman and Koehler (2006) take the naive errors of the training part instead. Of the same rows, the
    baseline has 1 by definition, whatever became of the market, and whatever is forecast.
    """
    scale = mae(actual, naive)
    return mae(actual, forecast) / scale if scale > 0 else float("nan")


def direction_hit(actual: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> float:
    """Share of rows on whose actual side of the last ``known`` value the forecast lies.

    Rows without a move, of the value or of the forecast, have no side; NaN when no row has.
    """
    moved, said = np.sign(actual - known), np.sign(forecast - known)
    return _mean((moved == said)[(moved != 0) & (said != 0)].astype("float64"))


def _rows(of_symbol: pd.DataFrame) -> list[dict[str, Any]]:
    """The models in their order, the baseline last."""
    if BASELINE not in set(of_symbol["model"]):
        raise DataError("FORECAST-BASELINE", f"no forecasts of {BASELINE}, which errors are measured against")
    names = [name for name in of_symbol["model"].unique() if name != BASELINE]
    naive = of_symbol[of_symbol["model"] == BASELINE].set_index("date")["forecast"]
    return [_row(of_symbol[of_symbol["model"] == name], name, naive) for name in (*names, BASELINE)]


def _row(rows: pd.DataFrame, name: str, naive: pd.Series[Any]) -> dict[str, Any]:
    symbol, start, end = rows["symbol"].iloc[0], rows["date"].iloc[0], rows["date"].iloc[-1]
    rows = rows[rows["actual"].notna()]
    if not rows["date"].isin(naive.index).all():
        raise DataError("FORECAST-BASELINE", f"{printable(name)}: rows without a forecast of {BASELINE}")
    actual, said = rows["actual"].to_numpy("float64"), rows["forecast"].to_numpy("float64")
    last = naive.loc[rows["date"]].to_numpy("float64")
    return {
        "symbol": symbol,
        "model": name,
        "baseline": int(name == BASELINE),
        "start": start,
        "end": end,
        "n_bars": len(rows),
        "rmse": rmse(actual, said),
        "mae": mae(actual, said),
        "mape": mape(actual, said),
        "mase": mase(actual, said, last),
        "direction_hit": direction_hit(actual, said, last) if np.isfinite(said).all() else float("nan"),
    }


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
