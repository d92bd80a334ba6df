"""Drawdown of each model beside that of buy & hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from signalcli.backtesting.booking import BUY_HOLD
from signalcli.evaluation.metrics.record import Record
from signalcli.report.figures.axes import draw_line, label, percent, percent_axis, thinned, time_axis
from signalcli.report.figures.palette import AXIS, HUES
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BUCKETS = 90  # of the filled area


def drawdown_picture(results: Results) -> Picture:
    """One panel a model, with the same axes: fall from the peak of equity, buy & hold gray behind it."""
    models, shown = select_models(results), results.shown
    held = shown.get(BUY_HOLD)
    drawn = [*(shown[model] for model in models), *([] if held is None else [held])]
    deepest = max(_deepest(record) for record in drawn)
    panels = tuple(
        Panel(
            f"{label(model)}: deepest {percent(-_deepest(shown[model]))}",
            partial(_draw, record=shown[model], held=held, deepest=deepest),
        )
        for model in models
    )
    gray = f" Gray: buy & hold, deepest {percent(-_deepest(held))}." if held is not None else ""
    caption = f"Fall of equity from its highest value so far.{gray}{left_out(results, models)}"
    return Picture("drawdown", f"Drawdown: {results.subject}", caption, panels)


def _deepest(record: Record) -> float:
    """Largest drawdown that is known; where equity exceeds every number, it is not."""
    return float(np.max(record.drawdown, where=np.isfinite(record.drawdown), initial=0.0))


def _draw(axes: Axes, record: Record, held: Record | None, deepest: float) -> None:
    time_axis(axes, record.dates)
    percent_axis(axes, -max(deepest * 1.05, 0.01), 0.0)
    if held is not None:
        draw_line(axes, held.dates, -held.drawdown, color=AXIS, linewidth=1.0)
    kept = thinned(record.drawdown, BUCKETS)
    axes.fill_between(record.dates[kept], -record.drawdown[kept], color=HUES[0], alpha=0.15, linewidth=0)
    draw_line(axes, record.dates, -record.drawdown, color=HUES[0])
