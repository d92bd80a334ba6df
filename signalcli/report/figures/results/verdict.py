"""Each model against the best baseline, criterion by criterion."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from signalcli.config.comparison import CRITERIA
from signalcli.errors import UsageError
from signalcli.report.figures.axes import label, labels_across, limits, percent_axis
from signalcli.report.figures.palette import GAIN, INK, LOSS, MUTED
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 40  # rows of a panel
ROW = 20  # pixels
TITLES = {
    "log_loss": "log loss, lower is better",
    "accuracy": "accuracy, higher is better",
    "net_return": "net return a bar, higher is better",
}
SMALLEST_P = 1e-4  # smaller ones are written as below it


def verdict_picture(results: Results) -> Picture:
    """One panel a criterion: value of each model (dot) and of its best baseline (tick), with the p-value."""
    if results.verdict is None:
        raise UsageError("PLOT-FIGURE", "--plot verdict: needs a comparison; use signalcli compare or report")
    order = _order(results.verdict)
    rows = {name: _selected(results.verdict, name, order) for name in CRITERIA}
    names = tuple(_row_name(symbol, model, several=len(results.symbols) > 1) for symbol, model in order)
    panels = tuple(
        Panel(
            TITLES[name],
            partial(_draw, rows=table, names=names),
            60 + ROW * len(table),
        )
        for name, table in rows.items()
    )
    hidden = results.verdict["criterion"].eq(CRITERIA[0]).sum() - len(rows[CRITERIA[0]])
    remark = f" Shown are the {MOST} best by log loss; {hidden} more are not." if hidden else ""
    caption = f"Dot: model; tick: best baseline on the same rows; p corrected by Holm.{remark}"
    ends = tuple(text for table in rows.values() for text in table["note"])
    return Picture(
        "verdict", "Models against their best baseline", caption, panels, wide=True, ends=ends, starts=names
    )


def _row_name(symbol: str, model: str, *, several: bool) -> str:
    """Name of a row, of at most 20 letters."""
    return f"{label(symbol, 9)} {label(model, 10)}" if several else label(model)


def _order(verdict: pd.DataFrame) -> list[tuple[str, str]]:
    """Symbols and models by log loss, relative to their baseline, the best first."""
    rows = verdict[verdict["criterion"] == CRITERIA[0]]
    best_first = rows.loc[(rows["value"] - rows["baseline_value"]).sort_values(kind="stable").index]
    return list(zip(best_first["symbol"], best_first["model"], strict=True))[:MOST]


def _selected(verdict: pd.DataFrame, criterion: str, order: list[tuple[str, str]]) -> pd.DataFrame:
    """Rows of a criterion in this order, with the text beside each."""
    rows = verdict[verdict["criterion"] == criterion].set_index(["symbol", "model"]).loc[order].reset_index()
    return rows.assign(note=[f"{row.verdict}, {p_text(row.p_holm)}" for row in rows.itertuples()])


def p_text(p: float) -> str:
    """A p-value in words; "p n/a" where it is undefined."""
    if math.isnan(p):
        return "p n/a"
    return f"p < {SMALLEST_P:g}" if p < SMALLEST_P else f"p {p:.2g}"


def _number_axis(axes: Axes, low: float, high: float) -> None:
    """Limit the x axis, with as many labels as fit."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(MaxNLocator(min(labels_across(axes), 8), steps=[1, 2, 2.5, 5, 10]))


def _draw(axes: Axes, rows: pd.DataFrame, names: tuple[str, ...]) -> None:
    low_high = limits(rows["value"], rows["baseline_value"], margin=0.1)
    if rows["criterion"].iloc[0] == CRITERIA[0]:
        _number_axis(axes, *low_high)
    else:
        percent_axis(axes, *low_high, "x")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), names)
    axes.grid(visible=True, axis="x")
    for place, row in enumerate(rows.itertuples()):
        better = (row.value > row.baseline_value) != (row.criterion == "log_loss")
        color = GAIN if better else LOSS
        axes.plot([row.baseline_value, row.value], [place, place], color=color, linewidth=1.4)
        axes.plot([row.baseline_value], [place], marker="|", markersize=11, color=MUTED, markeredgewidth=2)
        axes.plot([row.value], [place], marker="o", markersize=6, color=color)
        axes.annotate(
            row.note, (1, place), (8, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=10.5, color=INK, annotation_clip=False,
        )  # fmt: skip
