"""Sharpe ratio and accuracy over a moving window, two panels a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from signalcli.evaluation.metrics.record import Record
from signalcli.evaluation.rolling import Rolling, rolling_accuracy, rolling_sharpe, window_length
from signalcli.report.figures.axes import label, limits, percent_axis, time_axis
from signalcli.report.figures.palette import HUES, MUTED
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 100  # of a line


class Kind(NamedTuple):
    """One of the two statistics; ``reference`` is its value without skill."""

    name: str
    statistic: Callable[[Record, int, int], Rolling]
    reference: float


KINDS = (Kind("Sharpe ratio", rolling_sharpe, 0.0), Kind("accuracy", rolling_accuracy, 0.5))


def rolling_picture(results: Results) -> Picture:
    """Two panels a model: annualized Sharpe ratio and share of correct directions in a moving window."""
    models = select_models(results)
    bars = window_length(results.shown[models[0]])
    curves = {k.name: {m: k.statistic(results.shown[m], bars, POINTS) for m in models} for k in KINDS}
    ranges = {
        k.name: limits(*(part for c in curves[k.name].values() for part in c[1:]), around=k.reference)
        for k in KINDS
    }
    panels = tuple(
        Panel(
            f"{label(model)}: {kind.name}",
            partial(_draw, curve=curves[kind.name][model], kind=kind, low_high=ranges[kind.name]),
            180,
        )
        for model in models
        for kind in KINDS
    )
    caption = (
        f"Each point is of the {bars} bars before it; the band is a 95 % interval, the gray line 0 and 50 %."
        f"{left_out(results, models)}"
    )
    return Picture("rolling", f"Rolling statistics: {results.subject}", caption, panels, columns=2)


def _draw(axes: Axes, curve: Rolling, kind: Kind, low_high: tuple[float, float]) -> None:
    from matplotlib.ticker import MaxNLocator

    if kind.reference:
        percent_axis(axes, *low_high)
    else:
        axes.set_ylim(*low_high)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    if not len(curve.dates):
        axes.text(0.5, 0.5, "fewer bars than a window", transform=axes.transAxes, ha="center", color=MUTED)
        axes.set_xticks([])
        return
    time_axis(axes, curve.dates)
    axes.axhline(kind.reference, color=MUTED, linewidth=0.9)
    axes.fill_between(curve.dates, curve.low, curve.high, color=HUES[0], alpha=0.2, linewidth=0)
    axes.plot(curve.dates, curve.value, color=HUES[0], linewidth=1.4)
    if len(curve.dates) == 1:  # neither a line nor a band
        axes.vlines(curve.dates, curve.low, curve.high, color=HUES[0], linewidth=1.0, alpha=0.6)
        axes.plot(curve.dates, curve.value, color=HUES[0], marker="o", markersize=4)
