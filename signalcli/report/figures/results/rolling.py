"""Sharpe ratio and accuracy over a moving window, one panel a model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from signalcli.evaluation.rolling import Rolling, rolling_accuracy, rolling_sharpe, window_length
from signalcli.report.figures.axes import label, limits, percent_axis, time_axis
from signalcli.report.figures.palette import HUES, MUTED
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 100  # of a line


def rolling_sharpe_picture(results: Results) -> Picture:
    """One panel a model: annualized Sharpe ratio of a moving window, with its interval."""
    return _picture(results, "rolling-sharpe", "Rolling Sharpe ratio", rolling_sharpe, 0.0, percent=False)


def rolling_accuracy_picture(results: Results) -> Picture:
    """One panel a model: share of correct directions in a moving window, with its interval."""
    return _picture(results, "rolling-accuracy", "Rolling accuracy", rolling_accuracy, 0.5, percent=True)


def _picture(results, name, title, statistic, reference, *, percent) -> Picture:
    models = select_models(results)
    bars = window_length(results.shown[models[0]])
    curves = {model: statistic(results.shown[model], bars, POINTS) for model in models}
    low_high = limits(*(part for curve in curves.values() for part in curve[1:]), around=reference)
    panels = tuple(
        Panel(label(model), partial(_draw, curve=curve, low_high=low_high, reference=reference, percent=percent))
        for model, curve in curves.items()
    )
    line = f"{100 * reference:.0f} %" if percent else f"{reference:.0f}"
    caption = (
        f"Each point is of the {bars} bars before it; the band is a 95 % interval, the gray line {line}."
        f"{left_out(results, models)}"
    )
    return Picture(name, f"{title}: {results.subject}", caption, panels)


def _draw(
    axes: Axes, curve: Rolling, low_high: tuple[float, float], reference: float, *, percent: bool
) -> None:
    from matplotlib.ticker import MaxNLocator

    if percent:
        percent_axis(axes, *low_high)
    else:
        axes.set_ylim(*low_high)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    if not len(curve.dates):
        axes.text(0.5, 0.5, "fewer bars than a window", transform=axes.transAxes, ha="center", color=MUTED)
        axes.set_xticks([])
        return
    time_axis(axes, curve.dates)
    axes.axhline(reference, color=MUTED, linewidth=0.9)
    axes.fill_between(curve.dates, curve.low, curve.high, color=HUES[0], alpha=0.2, linewidth=0)
    axes.plot(curve.dates, curve.value, color=HUES[0], linewidth=1.4)
