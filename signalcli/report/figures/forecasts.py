"""Figure of ``forecast``: actual values and the forecasts of each model over time, one panel a symbol."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.config.forecast import ForecastConfig
from signalcli.errors import printable
from signalcli.report.figures.axes import End, draw_line, label, label_ends, limits, time_axis
from signalcli.report.figures.figure import check_symbol_count
from signalcli.report.figures.frame import leaving, write_leaving
from signalcli.report.figures.palette import INK, MUTED, line_style
from signalcli.report.figures.picture import Panel, Picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.5  # visible above and below the actual values, as a share of their range
ACTUAL = "actual"


def draw_forecasts(forecasts: pd.DataFrame, errors: pd.DataFrame, config: ForecastConfig, path: str) -> None:
    """Draw FORECASTS with the RMSE of their METRICS to ``path``. Raises UsageError and OutputError."""
    symbols = list(forecasts["symbol"].unique())
    check_symbol_count(len(symbols))
    parts = {s: tuple(table[table["symbol"] == s] for table in (forecasts, errors)) for s in symbols}
    panels = tuple(
        Panel(label(s), partial(_draw_panel, forecasts=rows, errors=metrics), 300)
        for s, (rows, metrics) in parts.items()
    )
    ends = (ACTUAL, *(_label(row) for _, row in errors.iterrows()))
    title = f"Forecast of {printable(config.column)}, {_describe_mode(config)}"
    caption = "Black: actual values; gray and dashed: the last value again. RMSE over all rows."
    write_picture(Picture("forecast", title, caption, panels, wide=True, ends=ends), path)


def _describe_mode(config: ForecastConfig) -> str:
    if config.steps is not None:
        start = {"last": "the last window", "zeros": "zeros"}[config.start]
        return f"{config.steps} bars recursively, starting from {start}"
    return "one bar ahead" if config.block == 1 else f"in blocks of {config.block} bars"


def _draw_panel(axes: Axes, forecasts: pd.DataFrame, errors: pd.DataFrame) -> None:
    curves = dict(iter(forecasts.groupby("model", sort=False)))
    first = curves[errors["model"].iloc[0]]
    actual = first["actual"].to_numpy("float64")
    time_axis(axes, np.sort(forecasts["date"].unique()))
    low, high = _visible(actual, forecasts["forecast"].to_numpy("float64"))
    axes.set_ylim(low, high)
    ends = [_draw_curve(axes, first["date"].to_numpy(), actual, ACTUAL, {"color": INK, "zorder": 2})]
    for (_, metrics), style in zip(errors.iterrows(), _styles(errors), strict=True):
        curve = curves[metrics["model"]]
        values = curve["forecast"].to_numpy("float64")
        ends.append(_draw_curve(axes, curve["date"].to_numpy(), values, _label(metrics), style))
    label_ends(axes, ends)
    write_leaving(
        axes,
        [leaving(label(str(m)), c["forecast"].to_numpy("float64"), low, high) for m, c in curves.items()],
    )


def _draw_curve(axes: Axes, dates: np.ndarray, values: np.ndarray, text: str, style: dict[str, Any]) -> End:
    """Draw a curve; return the label at its end, inside the panel even where the curve is not."""
    draw_line(axes, dates, values, **style)
    known = values[np.isfinite(values)]
    low, high = axes.get_ylim()
    return End(text, float(np.clip(known[-1], low, high)) if len(known) else np.nan, str(style["color"]))


def _styles(errors: pd.DataFrame) -> list[dict[str, Any]]:
    """Lines of the models in the order of their errors; baselines are gray and dashed."""
    numbers = (~errors["baseline"].astype(bool)).cumsum() - 1
    gray = {"color": MUTED, "linestyle": (0, (4, 2)), "zorder": 1, "linewidth": 1.0}
    rows = zip(errors["baseline"], numbers, strict=True)
    return [gray if baseline else line_style(int(k)) | {"zorder": 3} for baseline, k in rows]


def _label(metrics: pd.Series[Any]) -> str:
    rmse, model = metrics["rmse"], label(str(metrics["model"]))
    return f"{model}, RMSE {rmse:.4g}" if np.isfinite(rmse) else model


def _visible(actual: np.ndarray, forecasts: np.ndarray) -> tuple[float, float]:
    """Range of the y axis: actual values and a margin; a diverging forecast would flatten the rest."""
    low, high = limits(actual, forecasts)
    finite = actual[np.isfinite(actual)]
    if not len(finite) or np.ptp(finite) <= 0:
        return low, high
    margin = MARGIN * float(np.ptp(finite))
    return max(low, float(finite.min()) - margin), min(high, float(finite.max()) + margin)
