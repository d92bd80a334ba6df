"""Equity of models and baselines, and what they paid in costs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.errors import shortened
from signalcli.evaluation.metrics.record import Record
from signalcli.report.figures.axes import (
    End,
    draw_line,
    label,
    label_ends,
    limits,
    log_axis,
    percent,
    percent_axis,
    time_axis,
)
from signalcli.report.figures.palette import BASELINE_STYLES, MUTED, line_style
from signalcli.report.figures.picture import Panel, Picture
from signalcli.report.fixed import fixed
from signalcli.report.results import Results, is_baseline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 8  # models in one panel
NAME = 12  # letters of a model at the end of its line
LOG_FROM = 4.0  # highest ÷ lowest equity from which the axis is logarithmic


def equity_picture(results: Results) -> Picture:
    """Equity over time of the best `MOST` models and of the baselines; below it the costs they paid."""
    models = select_models(results)
    drawn = {m: results.shown[m] for m in results.shown if m in models or is_baseline(m)}
    curves = {model: equity(record) for model, record in drawn.items()}
    panels = (
        Panel("Value of 1 invested, after costs", partial(_draw_equity, records=drawn, curves=curves), 320),
        Panel("Costs paid so far", partial(_draw_costs, records={m: drawn[m] for m in models}), 150),
    )
    scale = "logarithmic scale, " if is_log(curves) else ""
    caption = f"Out of sample, {scale}baselines gray; costs as shares of equity.{left_out(results, models)}"
    return Picture("equity", f"Equity: {results.subject}", caption, panels, wide=True, ends=_labels(curves))


def select_models(results: Results, most: int = MOST) -> list[str]:
    """The ``most`` models that end highest, in their usual order."""
    models = [m for m in results.models if not is_baseline(m)] or results.models
    best = sorted(models, key=lambda m: -float(np.nan_to_num(results.shown[m].returns.growth)))[:most]
    return [m for m in models if m in best]


def left_out(results: Results, models: list[str]) -> str:
    """The sentence that names models without a line."""
    missing = [m for m in results.models if m not in models]
    return f" Not drawn, as they end lower: {shortened(missing)}." if missing else ""


def equity(record: Record) -> np.ndarray:
    """Value of 1 at each bar, after costs, (n_bars,)."""
    return np.cumprod(1.0 + record.net)


def model_style(model: str, models: list[str]) -> dict[str, Any]:
    """Line of a model; baselines are gray, buy & hold the strongest."""
    if is_baseline(model) and not all(map(is_baseline, models)):
        name = model.partition(" ")[0]
        return {"color": MUTED, "linestyle": BASELINE_STYLES[name], "linewidth": 1.0, "zorder": 2}
    return line_style(models.index(model)) | {"zorder": 3}


def _labels(curves: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    return tuple(f"{label(model, NAME)} {_final(curve)}" for model, curve in curves.items())


def _final(curve: np.ndarray) -> str:
    """Last equity in words: ruin is no number on a logarithmic axis."""
    return fixed(curve[-1], 2) if curve[-1] > 0 else "ruined"


def is_log(curves: Mapping[str, np.ndarray]) -> bool:
    """Whether equity needs a logarithmic axis."""
    alive = [curve[curve > 0] for curve in curves.values()]
    low, high = min(c.min(initial=1.0) for c in alive), max(c.max(initial=1.0) for c in alive)
    return bool(high > LOG_FROM * low)


def _draw_equity(axes: Axes, records: Mapping[str, Record], curves: Mapping[str, np.ndarray]) -> None:
    models = [m for m in records if not is_baseline(m)] or list(records)
    alive = {model: np.where(curve > 0, curve, np.nan) for model, curve in curves.items()}
    time_axis(axes, _span(records))
    _equity_axis(axes, alive, log=is_log(curves))
    axes.axhline(1.0, color=MUTED, linewidth=0.8, zorder=1)
    ends = []
    for text, (model, curve) in zip(_labels(curves), alive.items(), strict=True):
        style = model_style(model, models)
        draw_line(axes, records[model].dates, curve, **style)
        known = curve[np.isfinite(curve)]
        ends.append(End(text, float(known[-1]) if len(known) else np.nan, str(style["color"])))
    label_ends(axes, ends)


def _equity_axis(axes: Axes, curves: Mapping[str, np.ndarray], *, log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = np.log10(np.concatenate([*curves.values()])) if log else np.concatenate([*curves.values()])
    low, high = limits(values, around=0.0 if log else 1.0)
    if log:
        log_axis(axes, low, high)
        return
    axes.set_ylim(max(low, 0.0), high)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))


def _draw_costs(axes: Axes, records: Mapping[str, Record]) -> None:
    paid = {model: np.cumsum(record.cost) for model, record in records.items()}
    time_axis(axes, _span(records))
    percent_axis(axes, 0.0, max(limits(*paid.values(), around=0.0)[1], 1e-6))
    ends = []
    for model, cost in paid.items():
        style = model_style(model, list(records))
        draw_line(axes, records[model].dates, cost, **style)
        paid_text = percent(cost[-1], 1 if cost[-1] >= 0.01 else 2)
        ends.append(End(f"{label(model, NAME)} {paid_text}", float(cost[-1]), str(style["color"])))
    label_ends(axes, ends)


def _span(records: Mapping[str, Record]) -> np.ndarray:
    """First and last date of all records, (2,)."""
    every = np.concatenate([record.dates[[0, -1]] for record in records.values()])
    return np.array([every.min(), every.max()])
