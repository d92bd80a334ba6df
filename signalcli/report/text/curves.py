"""Equity and drawdown in a terminal, 80 columns wide: a letter a model, buy & hold as dots."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from signalcli.backtesting.booking import BUY_HOLD
from signalcli.errors import shortened
from signalcli.evaluation.metrics.record import Record
from signalcli.report.figures.axes import percent
from signalcli.report.figures.results.equity import equity, is_log, select_models
from signalcli.report.results import Results, short_name
from signalcli.report.text.canvas import Canvas

WIDTH, HEIGHT, MARGIN = 71, 16, 8  # characters of the picture, and of the labels to its left
LETTERS = "abcd"  # more lines hide each other
HELD = "·"
FLAT = "─"  # the value at the start
WIDE = 1e6  # values from here on are written with one digit, so that they fit into the margin
NAME = 24  # characters of a name in the legend


class Scale(NamedTuple):
    """Values at the lowest and the highest line; logarithms where ``log``."""

    low: float
    high: float
    log: bool

    def line(self, value: float) -> int | None:
        """Line of the picture, 0 at the top; None for a value that has none, such as ruin."""
        height = math.log(value) if self.log and value > 0 else value
        if not math.isfinite(height) or (self.log and value <= 0):
            return None
        return round((self.high - height) / (self.high - self.low) * (HEIGHT - 1))

    def value(self, line: int) -> float:
        """Value at the middle of a line."""
        height = self.high - line / (HEIGHT - 1) * (self.high - self.low)
        return math.exp(height) if self.log else height


def curves_text(results: Results, figure: str, *, color: bool) -> str:
    """Picture of ``equity`` or ``drawdown`` over time, with its legend below."""
    del color  # signs tell the curves apart
    models = select_models(results, len(LETTERS))
    held = [m for m in results.shown if m.partition(" ")[0] == BUY_HOLD]
    shown = [*models, *(m for m in held if m not in models)]
    curve = equity if figure == "equity" else _fall
    values = {m: _finite(curve(results.shown[m])) for m in shown}
    dates = {m: results.shown[m].dates for m in shown}
    first, last = min(d[0] for d in dates.values()), max(d[-1] for d in dates.values())
    title = {"equity": "Equity, value of 1 after costs", "drawdown": "Drawdown from the peak"}[figure]
    scale = _scale(figure, values)
    signs = _signs(models, shown)
    log = ", logarithmic scale" if scale.log else ""
    lines = [
        f"{title}{log}: {results.subject}"[:80],
        *_draw(values, dates, (first, last), scale, signs, figure),
        f"{'':{MARGIN}}{_day(first)}{_day(last):>{WIDTH - 10}}",
        *_legend(values, signs, figure),
        *_missing(results, models),
    ]
    return "\n".join(lines) + "\n"


def _fall(record: Record) -> np.ndarray:
    """Change from the peak of equity at each bar, (n_bars,)."""
    return -record.drawdown


def _finite(values: np.ndarray) -> np.ndarray:
    """The values; NaN where equity exceeds every number."""
    return np.where(np.isfinite(values), values, np.nan)


def _signs(models: list[str], shown: list[str]) -> dict[str, str]:
    letters = dict(zip(models, LETTERS, strict=False))
    return {m: letters.get(m, HELD) for m in shown}


def _scale(figure: str, values: Mapping[str, np.ndarray]) -> Scale:
    if figure == "drawdown":
        return Scale(min(float(np.fmin.reduce(v, initial=-0.001)) for v in values.values()), 0.0, log=False)
    every = np.concatenate([[1.0], *values.values()])
    every = every[~np.isnan(every)]
    if not is_log(values):
        low, high = float(every.min()), float(every.max())
        return Scale(low, high if high > low else low + 0.01, log=False)
    alive = np.log(every[every > 0])
    return Scale(float(alive.min()), float(alive.max()), log=True)


def _draw(
    values: Mapping[str, np.ndarray],
    dates: Mapping[str, np.ndarray],
    span: tuple[np.datetime64, np.datetime64],
    scale: Scale,
    signs: Mapping[str, str],
    figure: str,
) -> list[str]:
    """Lines of the picture; models are drawn over the baselines."""
    canvas = Canvas(WIDTH, HEIGHT)
    start = scale.line(1.0 if figure == "equity" else 0.0)
    canvas.draw(FLAT, 0, WIDTH - 1, row=start or 0)
    for model in reversed(list(values)):
        for column, value in _columns(dates[model], values[model], span):
            line = scale.line(value)
            if line is not None:
                canvas.draw(signs[model], column, row=line)
    labels = (_value(scale.value(k), figure) if k % 5 == 0 else "" for k in range(HEIGHT))
    return [
        f"{label:>{MARGIN - 1}} {line}".rstrip() for label, line in zip(labels, canvas.lines(), strict=True)
    ]


def _columns(
    dates: np.ndarray, values: np.ndarray, span: tuple[np.datetime64, np.datetime64]
) -> list[tuple[int, float]]:
    """The last value in each column of the picture."""
    whole = max((span[1] - span[0]) / np.timedelta64(1, "us"), 1.0)
    place = ((dates - span[0]) / np.timedelta64(1, "us") / whole * (WIDTH - 1)).round().astype("int64")
    last = np.flatnonzero(np.diff(place, append=WIDTH) > 0)
    return [(int(place[k]), float(values[k])) for k in last]


def _value(value: float, figure: str) -> str:
    if math.isnan(value):
        return "n/a"
    if figure == "equity":
        return f"{value:,.3g}" if value < WIDE else f"{value:.0e}"
    return percent(value, 0 if value <= -0.1 else 1)


def _legend(values: Mapping[str, np.ndarray], signs: Mapping[str, str], figure: str) -> list[str]:
    """Signs with names and the last value, or the deepest one, two in a line."""
    entries = [
        f"{signs[m]} {_short(m)} {_value(float(v[-1] if figure == 'equity' else np.fmin.reduce(v)), figure)}"
        for m, v in values.items()
    ]
    return [
        f"{'':{MARGIN}}{''.join(f'{e:<36}' for e in entries[k : k + 2])}".rstrip()
        for k in range(0, len(entries), 2)
    ]


def _short(model: str) -> str:
    shown = short_name(model)
    return shown if len(shown) <= NAME else f"{shown[: NAME - 1]}…"


def _missing(results: Results, models: list[str]) -> list[str]:
    hidden = [m for m in results.models if m not in models]
    names = shortened([_short(m) for m in hidden], 1 if max(map(len, hidden), default=0) > 8 else 3)
    return [f"{'':{MARGIN}}not drawn, as they end lower: {names}"] if hidden else []


def _day(date: np.datetime64) -> str:
    return str(np.datetime_as_string(date, "D"))
