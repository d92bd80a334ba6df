"""Predicted probabilities by what happened: how far apart the model holds up and not up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from signalcli.evaluation.metrics.record import Record
from signalcli.report.figures.axes import label, percent, percent_axis
from signalcli.report.figures.palette import HUES, MUTED
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results, nothing_judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 30


def probabilities_picture(results: Results) -> Picture:
    """One panel a model: distribution of p_up on the rows that rose and on those that did not."""
    models = [m for m in select_models(results) if _known(results.shown[m])]
    if not models:
        raise nothing_judged()
    every = np.concatenate([results.shown[m].p_up for m in models])
    even = 1 / len(results.shown[models[0]].classes)
    edges = np.linspace(*_range(every, even), BINS + 1)
    shares = {m: [_shares(results.shown[m], edges, up=up) for up in (True, False)] for m in models}
    highest = max(s.max() for pair in shares.values() for s in pair)
    panels = tuple(
        Panel(label(m), partial(_draw, edges=edges, shares=shares[m], highest=highest, even=even))
        for m in models
    )
    caption = (
        "Share of rows by predicted probability of up. Blue: rows that rose; orange: rows that did not; "
        f"gray: {percent(even)}. "
        f"The more the two differ, the more the model tells them apart.{left_out(results, models)}"
    )
    return Picture("probabilities", f"Probabilities and outcomes: {results.subject}", caption, panels)


def _known(record: Record) -> bool:
    return bool(len(record.y)) and bool(np.isfinite(record.p_up).all())


def _range(p: np.ndarray, even: float) -> tuple[float, float]:
    """Range of the probabilities, with that of a model without an opinion inside."""
    low, high = min(float(p.min()), even - 0.02), max(float(p.max()), even + 0.02)
    return max(low, 0.0), min(high, 1.0)


def _shares(record: Record, edges: np.ndarray, *, up: bool) -> np.ndarray:
    p = record.p_up[(record.y == 1) == up]
    return np.histogram(p, edges)[0] / max(len(p), 1)


def _draw(axes: Axes, edges: np.ndarray, shares: list[np.ndarray], highest: float, even: float) -> None:
    axes.set_xlim(edges[0], edges[-1])
    percent_axis(axes, 0.0, highest * 1.08)
    percent_axis(axes, edges[0], edges[-1], "x")
    axes.axvline(even, color=MUTED, linewidth=0.9)
    for share, color in zip(shares, HUES[:2], strict=True):
        axes.stairs(share, edges, color=color, linewidth=1.4)
        axes.stairs(share, edges, color=color, alpha=0.15, fill=True)
