"""Confusion matrix of each model: what happened against what was predicted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from signalcli.evaluation.metrics.record import Record
from signalcli.report.figures.axes import label, percent
from signalcli.report.figures.palette import GAIN, GROUND, INK, LOSS
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results
from signalcli.report.text.reliability import DIRECTION_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRONGEST = 0.5  # opacity of a cell that holds all rows of a direction


def confusion_picture(results: Results) -> Picture:
    """One panel a model: rows by true and predicted direction, and their share of the true direction."""
    models = select_models(results)
    panels = tuple(Panel(label(m), partial(_draw, record=results.shown[m]), 220) for m in models)
    caption = (
        "Rows by true direction (down the side) and predicted direction (along the bottom), with the share "
        f"of the true direction. Blue: correct; orange: wrong.{left_out(results, models)}"
    )
    return Picture("confusion", f"Confusion: {results.subject}", caption, panels)


def _draw(axes: Axes, record: Record) -> None:
    from matplotlib.patches import Rectangle

    names = [direction_name(value, len(record.classes)) for value in record.classes]
    n = len(names)
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks(range(n), names)
    axes.set_yticks(range(n), names)
    for (true, predicted), rows in np.ndenumerate(np.asarray(record.confusion.cells)):
        share = rows / max(record.confusion.true[true], 1)
        color = GAIN if true == predicted else LOSS
        axes.add_patch(
            Rectangle(
                (predicted - 0.5, true - 0.5),
                1,
                1,
                facecolor=color,
                alpha=STRONGEST * share,
                edgecolor=GROUND,
            )
        )
        for text, height in ((f"{rows:,.0f}", true - 0.1), (percent(share), true + 0.12)):
            axes.text(predicted, height, text, ha="center", va="center", fontsize=10.5, color=INK)


def direction_name(value: int, classes: int) -> str:
    """Name of a direction; of two classes the lower one is "not up"."""
    return "not up" if classes == 2 and not value else DIRECTION_NAMES[int(value)]
