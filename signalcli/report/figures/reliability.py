"""Reliability diagram (calibration curves): one panel a model, with the number of rows below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.config.reliability import ReliabilityConfig
from signalcli.errors import UsageError
from signalcli.evaluation.reliability import reliability_of_records
from signalcli.report.figures.axes import label, limits, percent_axis, percent_ticks
from signalcli.report.figures.palette import AXIS, HUES, MUTED
from signalcli.report.figures.picture import Panel, Picture, write_picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results, is_baseline, nothing_judged
from signalcli.report.text.reliability import DIRECTION_NAMES
from signalcli.schemas import PATH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_PANELS = 24
HEIGHT = 260  # pixels of a panel
ROWS = 0.2  # of the height, for the number of rows
CAPTION = (
    "Observed frequency by predicted probability, with 95 % intervals; on the gray line both agree. "
    "Bars: rows of each bin; the longest one has its number."
)


def draw_reliability(table: pd.DataFrame, path: str) -> None:
    """Draw a table of `reliability_table` to ``path``. Raises UsageError and OutputError."""
    write_picture(reliability_picture(table, "Calibration"), path)


def calibration_picture(results: Results) -> Picture:
    """Calibration of the models of results; the rows of several symbols together."""
    models = select_models(results)
    named = [({"model": model}, results.shown[model]) for model in models]
    table = reliability_of_records(named, ReliabilityConfig())
    return reliability_picture(table, f"Calibration: {results.subject}", left_out(results, models))


def reliability_picture(table: pd.DataFrame, title: str, remark: str = "") -> Picture:
    """One panel a symbol, model and direction, all with the same axes.

    Baselines are left out where there are other models. Raises UsageError for more than `MAX_PANELS` panels.
    """
    models = table[~table["model"].map(is_baseline).astype(bool)]
    shown = models if len(models) else table
    names = [c for c in ("symbol", "model", PATH, "direction") if c in table]
    groups = list(shown.groupby(names, sort=False))
    if not groups:
        raise nothing_judged()
    if len(groups) > MAX_PANELS:
        raise UsageError(
            "PLOT-MANY",
            f"--plot shows 1 to {MAX_PANELS} models (of each symbol and direction), not {len(groups)}",
        )
    x_range, y_range = (
        limits(shown["mean_p"]),
        limits(shown["share_low"], shown["share_high"], shown["mean_p"]),
    )
    varying = [k for k, name in enumerate(names) if name == "model" or shown[name].nunique() > 1]
    panels = tuple(
        Panel(
            " ".join(_text(names[k], key[k]) for k in varying),
            partial(_draw, bins=bins, x_range=x_range, y_range=y_range),
            HEIGHT,
        )
        for key, bins in groups
    )
    return Picture("calibration", title, CAPTION + remark, panels)


def _text(name: str, value: object) -> str:
    return DIRECTION_NAMES[int(str(value))] if name == "direction" else label(str(value))


def _draw(axes: Axes, bins: pd.DataFrame, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
    low, high = y_range
    floor = low - (high - low) * ROWS / (1 - ROWS)
    axes.set_ylim(floor, high)
    percent_ticks(axes, "y", 7)
    percent_axis(axes, *x_range, "x")
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= high])
    axes.plot([0, 1], [0, 1], color=AXIS, linewidth=1.2)
    x, share = bins["mean_p"].to_numpy(), bins["share"].to_numpy()
    axes.vlines(x, bins["share_low"], bins["share_high"], color=HUES[0], linewidth=1.0, alpha=0.6)
    axes.plot(x, share, color=HUES[0], linewidth=1.4, marker="o", markersize=4)
    _draw_rows(axes, bins, floor, 0.8 * (low - floor))


def _draw_rows(axes: Axes, bins: pd.DataFrame, floor: float, height: float) -> None:
    """Bars of the number of rows, on the ground of the panel."""
    rows, x = bins["rows"].to_numpy("float64"), bins["mean_p"].to_numpy()
    width = 0.5 * float(np.min(np.diff(x))) if len(x) > 1 and np.min(np.diff(x)) > 0 else 0.0
    least = np.ptp(axes.get_xlim()) / 60
    axes.bar(x, height * rows / rows.max(), max(width, least), floor, color=MUTED, alpha=0.5)
    most = int(rows.argmax())
    axes.annotate(
        f"{rows[most]:,.0f}", (x[most], floor + height), (0, 2), textcoords="offset points", ha="center",
        fontsize=9, color=MUTED,
    )  # fmt: skip
