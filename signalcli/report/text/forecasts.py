"""Forecasts in a terminal: a small chart a symbol, and the errors of each model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.errors import printable
from signalcli.report.figures.frame import leaving
from signalcli.report.text.canvas import Canvas
from signalcli.report.text.tables import join_to_width, line_width, listing_text

WIDTH, HEIGHT = 72, 14
ACTUAL, MODEL_SIGNS = "•", "abcdefghijklmnopqrstuvwxyz"
_COLUMNS = ("model", "n_bars", "rmse", "mae", "mape", "mase", "direction_hit")


def forecasts_text(forecasts: pd.DataFrame, errors: pd.DataFrame, *, color: bool) -> str:
    """Chart and errors of FORECASTS, symbol by symbol; baselines stand in the table of errors only."""
    parts = []
    for symbol, rows in forecasts.groupby("symbol", sort=False):
        metrics = errors[errors["symbol"] == symbol]
        models = [row["model"] for _, row in metrics.iterrows() if not row["baseline"]]
        title = f"{printable(symbol)}  {rows['date'].min():%Y-%m-%d} … {rows['date'].max():%Y-%m-%d}\n"
        listing = listing_text(metrics[list(_COLUMNS)].to_dict("records"), color=color)
        parts.append(title + draw_chart(rows, models, line_width(color=color)) + listing)
    return "\n".join(parts)


def draw_chart(rows: pd.DataFrame, models: list[str], line: int = 80) -> str:
    """Chart of the actual values and the forecasts of ``models`` over time, as text of ``line`` characters.

    The y axis spans the actual values, or the forecasts where no actual value is there; a line says how far
    a model leaves it.
    """
    forecasts = {name: rows[rows["model"] == name]["forecast"].to_numpy("float64") for name in models}
    actual = rows[rows["model"] == rows["model"].iloc[0]]["actual"].to_numpy("float64")
    low, high = _value_range(actual if np.isfinite(actual).any() else np.concatenate([*forecasts.values()]))
    labels = [f"{high:.6g}", *[""] * (HEIGHT - 2), f"{low:.6g}"]
    margin = max(map(len, labels)) + 1
    canvas = Canvas(max(min(WIDTH, line - margin), 1), HEIGHT)
    for sign, values in [*zip(MODEL_SIGNS, forecasts.values(), strict=False), (ACTUAL, actual)]:
        _draw_series(canvas, values, sign, low, high)
    pictures = zip(labels, canvas.lines(), strict=True)
    lines = [f"{label:>{margin - 1}} {picture}".rstrip() for label, picture in pictures]
    legend = [f"{ACTUAL} actual", *(f"{s} {printable(m)}" for s, m in zip(MODEL_SIGNS, models, strict=False))]
    legends = join_to_width(legend, line - margin).splitlines()
    outside = [f"  {text}" for m, v in forecasts.items() if (text := leaving(printable(m), v, low, high))]
    return "\n".join([*lines, *(" " * margin + text for text in legends), *outside, ""])


def _value_range(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _draw_series(canvas: Canvas, values: np.ndarray, sign: str, low: float, high: float) -> None:
    """Draw the last value of the bars that fall into each column."""
    width = len(canvas.cells[0])
    columns = min(width, len(values))
    for number in range(columns):
        value = values[(number + 1) * len(values) // columns - 1]
        height = (value - low) / (high - low)
        if 0 <= height <= 1:
            column = number if len(values) >= width else number * (width - 1) // max(len(values) - 1, 1)
            canvas.draw(sign, column, row=round((1 - height) * (HEIGHT - 1)))
