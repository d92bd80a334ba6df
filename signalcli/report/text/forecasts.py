"""Forecasts for a terminal: a small picture a symbol, and the errors of every model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.errors import printable
from signalcli.report.text.tables import listing_text

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT = 72, 14
ACTUAL, SIGNS = "•", "abcdefghijklmnopqrstuvwxyz"
_SHOWN = ("model", "n_bars", "rmse", "mae", "mape", "mase", "direction_hit")


def forecasts_text(forecasts: pd.DataFrame, errors: pd.DataFrame, *, colour: bool) -> str:
    """Picture and errors of FORECASTS, symbol by symbol; the baseline is among the errors only."""
    parts = []
    for symbol, rows in forecasts.groupby("symbol", sort=False):
        of_symbol = errors[errors["symbol"] == symbol]
        models = [row["model"] for _, row in of_symbol.iterrows() if not row["baseline"]]
        listed = of_symbol[list(_SHOWN)].to_dict("records")
        title = f"{printable(symbol)}  {rows['date'].min():%Y-%m-%d} … {rows['date'].max():%Y-%m-%d}\n"
        parts.append(title + picture(rows, models) + listing_text(listed, colour=colour))
    return "\n".join(parts)


def picture(rows: pd.DataFrame, models: list[str]) -> str:
    """Actual values and the forecasts of models over time, as text; what lies outside is left out.

    The lowest and highest line stand for those of the actual values, or of the forecasts without any.
    """
    by_model = {name: rows[rows["model"] == name]["forecast"].to_numpy("float64") for name in models}
    first = rows[rows["model"] == rows["model"].iloc[0]]
    actual = first["actual"].to_numpy("float64")
    low, high = _span(actual if np.isfinite(actual).any() else np.concatenate([*by_model.values()]))
    cells = [[" "] * WIDTH for _ in range(HEIGHT)]
    for sign, values in [*zip(SIGNS, by_model.values(), strict=False), (ACTUAL, actual)]:
        _draw(cells, values, sign, low, high)
    labels = [f"{high:.6g}", *[""] * (HEIGHT - 2), f"{low:.6g}"]
    margin = max(map(len, labels))
    lines = [f"{label:>{margin}} {''.join(line)}".rstrip() for label, line in zip(labels, cells, strict=True)]
    legend = [f"{ACTUAL} actual", *(f"{s} {printable(m)}" for s, m in zip(SIGNS, models, strict=False))]
    return "\n".join([*lines, " " * (margin + 1) + "  ".join(legend), ""])


def _span(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _draw(cells: list[list[str]], values: np.ndarray, sign: str, low: float, high: float) -> None:
    """Put a sign at the last value of each column's share of the bars."""
    for column in range(min(WIDTH, len(values))):
        value = values[(column + 1) * len(values) // min(WIDTH, len(values)) - 1]
        height = (value - low) / (high - low)
        if 0 <= height <= 1:
            place = column if len(values) >= WIDTH else column * (WIDTH - 1) // max(len(values) - 1, 1)
            cells[round((1 - height) * (HEIGHT - 1))][place] = sign
