"""Net returns of the closed trades of each model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from signalcli.evaluation.metrics.distribution import positive_share
from signalcli.report.figures.axes import label, percent_axis
from signalcli.report.figures.palette import GAIN, INK, LOSS, MUTED
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.figures.results.equity import left_out, select_models
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 31
TAIL = 0.01  # share of trades beyond the outermost bins, on either side


def trades_picture(results: Results) -> Picture:
    """One panel a model: number of closed trades by net return, all of them within the bars."""
    models = select_models(results)
    closed = results.trades[results.trades["exit"] != "open"]
    returns = {m: closed.loc[results.names_of(closed) == m, "net_return"].to_numpy("float64") for m in models}
    end = _end(np.concatenate([*returns.values()]))
    edges = np.linspace(-end, end, BINS + 1)
    counts = {m: np.histogram(np.clip(r, -end, end), edges)[0] for m, r in returns.items()}
    highest = max(int(count.max(initial=1)) for count in counts.values())
    panels = tuple(
        Panel(_title(m, returns[m]), partial(_draw, edges=edges, counts=counts[m], highest=highest))
        for m in models
    )
    caption = (
        "Closed trades by net return; the outermost bars hold all trades beyond them. Black tick: mean."
        f"{left_out(results, models)}"
    )
    return Picture("trades", f"Trades: {results.subject}", caption, panels)


def _title(model: str, returns: np.ndarray) -> str:
    won = f", {100 * positive_share(returns):.0f} % won" if len(returns) else ""
    return f"{label(model)}: {len(returns):,}{won}"


def _end(returns: np.ndarray) -> float:
    """Largest return of the axis."""
    return max(float(np.quantile(np.abs(returns), 1 - 2 * TAIL)), 1e-4) if len(returns) else 0.01


def _draw(axes: Axes, edges: np.ndarray, counts: np.ndarray, highest: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(0, highest * 1.08)
    percent_axis(axes, edges[0], edges[-1], "x")
    colors = [LOSS if middle < -1e-12 else GAIN for middle in (edges[1:] + edges[:-1]) / 2]
    axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=colors, linewidth=0)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    if not counts.sum():
        axes.text(0.5, 0.5, "no closed trade", transform=axes.transAxes, ha="center", color=MUTED)
    else:
        mean = float(np.average((edges[1:] + edges[:-1]) / 2, weights=counts))
        axes.plot([mean, mean], [0, highest * 0.12], color=INK, linewidth=2)
