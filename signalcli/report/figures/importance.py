"""Importance of features: bars beside the noise floor, a panel for each model and method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signalcli.errors import UsageError
from signalcli.report.figures.axes import label
from signalcli.report.figures.palette import AXIS, HUES, LOSS, MUTED
from signalcli.report.figures.picture import Panel, Picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 20  # features of a panel
MAX_PANELS = 24
PANEL = ("symbol", "model", "method", "level", "fold")  # what a panel has one of
BAR, MARGINS = 18, 60  # pixels of a bar, and around the bars of a panel
CAPTION = (
    "Importance on test rows; red: the noise floor, the 95 % bound of shuffled copies. "
    "Gray: not above it. Permutation and ablation: rise of the loss; the others: mean size in log-odds."
)


def draw_importance(table: pd.DataFrame, path: str) -> None:
    """Draw IMPORTANCE to ``path``. Raises UsageError and OutputError."""
    write_picture(importance_picture(table), path)


def importance_picture(table: pd.DataFrame) -> Picture:
    """One panel for each symbol, model, method and level (and fold), with its highest features."""
    names = [c for c in PANEL if c in table]
    groups = list(table.groupby(names, sort=False))
    if not 0 < len(groups) <= MAX_PANELS:
        raise UsageError(
            "PLOT-MANY", f"--plot shows 1 to {MAX_PANELS} panels, not {len(groups)}; use fewer models"
        )
    varying = [k for k, name in enumerate(names) if name == "model" or table[name].nunique() > 1]
    panels = tuple(
        Panel(
            " ".join(label(str(key[k])) for k in varying),
            partial(_draw, rows=rows.head(MOST)),
            BAR * min(len(rows), MOST) + MARGINS,
        )
        for key, rows in groups
    )
    starts = tuple(label(str(name)) for _, rows in groups for name in rows["feature"].head(MOST))
    return Picture(
        "importance", "Importance of features", CAPTION + _left_out(groups), panels, True, starts=starts
    )


def _left_out(groups: list[tuple[object, pd.DataFrame]]) -> str:
    """Words about the features below the last bar of a panel."""
    more = max(len(rows) - MOST for _, rows in groups)
    return f" The {MOST} highest of each panel; up to {more} more are in the table." if more > 0 else ""


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    places = range(len(rows))
    colors = [MUTED if verdict == "noise" else HUES[0] for verdict in rows["verdict"]]
    axes.barh(places, rows["value"], color=colors, height=0.7, xerr=rows["spread"], ecolor=AXIS)
    axes.set_yticks(list(places), [label(str(name)) for name in rows["feature"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    known = rows["floor"].notna().to_numpy()
    at = np.arange(len(rows))[known]
    axes.vlines(rows["floor"][known], at - 0.45, at + 0.45, color=LOSS, linewidth=1.6)
