"""Net returns of each month: years downwards, months across."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.evaluation.months import months_by_years
from signalcli.report.figures.axes import label, percent
from signalcli.report.figures.palette import GAIN, GROUND, INK, LOSS
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "year")
ROW = 19  # pixels
FULL = 0.1  # monthly return of the strongest color
YEAR_FULL = 0.35  # the same of a year


def months_picture(results: Results) -> Picture:
    """One panel a model: net return in percent of each month and year."""
    models = select_models(results)
    tables = {model: months_by_years(results.shown[model]) for model in models}
    panels = tuple(
        Panel(label(model), partial(_draw, table=table), 60 + ROW * len(table))
        for model, table in tables.items()
    )
    caption = (
        "Net return of each month, and of the year, in percent. Blue: gain; orange: loss. "
        f"The first and the last month may be incomplete.{left_out(results, models)}"
    )
    return Picture("months", f"Months and years: {results.subject}", caption, panels, wide=True)


def strength(value: float, column: int) -> float:
    """Opacity of the color of a cell, 0 … .5: ink stays readable on it."""
    full = YEAR_FULL if column == len(NAMES) - 1 else FULL
    return 0.5 * min(abs(value) / full, 1.0)


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_xlim(-0.5, len(NAMES) - 0.5)
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks(range(len(NAMES)), NAMES)
    axes.set_yticks(range(len(table)), [str(year) for year in table.index])
    for (row, column), value in np.ndenumerate(table.to_numpy()):
        if np.isfinite(value):
            _draw_cell(axes, row, column, float(value))


def _draw_cell(axes: Axes, row: int, column: int, value: float) -> None:
    from matplotlib.patches import Rectangle

    color = GAIN if value >= 0 else LOSS
    cell = Rectangle(
        (column - 0.5, row - 0.5), 1, 1, facecolor=color, alpha=strength(value, column), edgecolor=GROUND
    )
    axes.add_patch(cell)
    text = percent(value, 1).removesuffix(" %")
    axes.text(column, row, text, ha="center", va="center", fontsize=10, color=INK)
