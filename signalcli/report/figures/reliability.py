"""The reliability diagram: what came against what was said, a panel a symbol and direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signalcli.errors import UsageError, printable
from signalcli.evaluation.judgement import of_models
from signalcli.report.figures.figure import COLOURS, figure
from signalcli.report.text.reliability import NAMES
from signalcli.schemas import PATH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST = 24  # panels in one picture
ABREAST = 3


def draw_reliability(table: pd.DataFrame, path: str) -> None:
    """Draw `reliability_table` to ``path``, without the baselines. Raises UsageError and OutputError."""
    panels = list(of_models(table).groupby(["symbol", "direction"], sort=True))
    if not 0 < len(panels) <= MOST:
        raise UsageError("PLOT-MANY", f"--plot shows 1 to {MOST} symbols and directions, not {len(panels)}")
    across = min(len(panels), ABREAST)
    down = -(-len(panels) // across)
    with figure(path, 0.6 + 3.6 * across, 3.4 * down) as drawn:
        every = drawn.subplots(down, across, squeeze=False).ravel()
        for axes, ((symbol, direction), rows) in zip(every, panels, strict=False):
            _panel(axes, rows, f"{printable(symbol)}: {NAMES[direction]}")
        for axes in every[len(panels) :]:
            axes.set_axis_off()


def _panel(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    keys = ["model", *([PATH] if PATH in rows else [])]
    for number, (named, mine) in enumerate(rows.groupby(keys, sort=True)):
        below, above = mine["share"] - mine["share_low"], mine["share_high"] - mine["share"]
        axes.errorbar(
            mine["mean_p"],
            mine["share"],
            yerr=np.maximum([below, above], 0.0),  # at a share of 1 rounding is beyond it
            marker="o",
            markersize=3,
            elinewidth=0.6,
            color=COLOURS[number % len(COLOURS)],
            label=" ".join(map(printable, named)),
        )
    known = rows[["mean_p", "share_low", "share_high"]].to_numpy()
    ends = [known.min(), known.max()]
    axes.plot(ends, ends, color="black", linewidth=0.8, linestyle="--")
    axes.set_title(title)
    axes.set_xlabel("probability that was said")
    axes.set_ylabel("share that came, 95 % interval")
    axes.legend()
