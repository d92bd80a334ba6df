"""Reliability diagram (calibration curves): observed frequency by predicted probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.errors import UsageError, printable
from signalcli.report.figures.figure import COLORS, figure
from signalcli.report.text.reliability import DIRECTION_NAMES
from signalcli.schemas import BASELINES, PATH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_PANELS = 24
MAX_COLUMNS = 3  # of panels


def draw_reliability(table: pd.DataFrame, path: str) -> None:
    """Draw a table of `reliability_table` to ``path``: one panel a symbol and direction, one line a model.

    Baselines are left out where there are other models. Raises UsageError and OutputError.
    """
    models = table[~table["model"].isin(BASELINES)]
    panels = list((models if len(models) else table).groupby(["symbol", "direction"], sort=True))
    if not 0 < len(panels) <= MAX_PANELS:
        raise UsageError(
            "PLOT-MANY", f"--plot shows 1 to {MAX_PANELS} symbols and directions, not {len(panels)}"
        )
    columns = min(len(panels), MAX_COLUMNS)
    rows = -(-len(panels) // columns)
    with figure(path, 0.6 + 3.6 * columns, 3.4 * rows) as fig:
        grid = fig.subplots(rows, columns, squeeze=False).ravel()
        for axes, ((symbol, direction), bins) in zip(grid, panels, strict=False):
            _draw_panel(axes, bins, f"{printable(symbol)}: {DIRECTION_NAMES[direction]}")
        for axes in grid[len(panels) :]:
            axes.set_axis_off()


def _draw_panel(axes: Axes, bins: pd.DataFrame, title: str) -> None:
    keys = ["model", *([PATH] if PATH in bins else [])]
    for number, (names, curve) in enumerate(bins.groupby(keys, sort=True)):
        below, above = curve["share"] - curve["share_low"], curve["share_high"] - curve["share"]
        axes.errorbar(
            curve["mean_p"],
            curve["share"],
            yerr=np.maximum([below, above], 0.0),  # rounding can give -1e-17 at a share of 1
            marker="o",
            markersize=3,
            elinewidth=0.6,
            color=COLORS[number % len(COLORS)],
            label=" ".join(map(printable, names)),
        )
    values = bins[["mean_p", "share_low", "share_high"]].to_numpy()
    diagonal = [values.min(), values.max()]
    axes.plot(diagonal, diagonal, color="black", linewidth=0.8, linestyle="--")
    axes.set(title=title, xlabel="predicted probability", ylabel="observed frequency, 95 % interval")
    axes.legend()
