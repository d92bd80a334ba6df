"""TUNING in a terminal: the scores, how the chosen parameters wander, and the best found beside luck."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.errors import printable
from signalcli.report.text.canvas import Canvas
from signalcli.report.text.tables import format_number, join_to_width, line_width, listing_text

SHOWN = (
    "symbol", "model", "fold", "trials", "inner_score", "noise_best", "outer_score", "gap", "accuracy",
    "interval", "inner_dsr", "pbo", "dsr", "parameters",
)  # fmt: skip
WIDTH, HEIGHT, MARGIN = 60, 9, 9
FOUND, LUCK, BOTH = "●", "·", "◉"
MOST_CURVES = 4


def tuning_text(table: pd.DataFrame, history: pd.DataFrame, *, color: bool) -> str:
    """The table, the parameters that differ between folds, and the curve of the last search of each model."""
    objective = str(table["objective"].iloc[0])
    interval = [
        "" if np.isnan(low) else f"{low:.3f} … {high:.3f}"
        for low, high in zip(table["accuracy_low"], table["accuracy_high"], strict=True)
    ]
    shown = table.assign(interval=interval)[list(SHOWN)].astype(object)
    names = {
        "inner_score": f"inner {objective}",
        "outer_score": "outer",
        "interval": "95 %",
    }
    width = line_width(color=color)
    parts = [
        listing_text(shown.rename(columns=names).to_dict("records"), color=color),
        "".join(f"{join_to_width(line, width)}\n" for line in _varying(table)),
        *_curves(history, objective),
    ]
    return "\n".join(part for part in parts if part)


def _varying(table: pd.DataFrame) -> Iterator[list[str]]:
    """For each model and symbol, the values that each parameter had over the outer folds."""
    folds = table[~table["fold"].isin(["all", "best"])]
    for (symbol, model), rows in folds.groupby(["symbol", "model"], sort=False):
        values: dict[str, list[str]] = {}
        for text in rows["parameters"]:
            for pair in text.split(" "):
                name, _, value = pair.partition("=")
                values.setdefault(name, []).append(value)
        head = f"{printable(symbol)} {printable(model)} over {len(rows)} folds:"
        yield [head, *(f"{name} {_counted(chosen)}" for name, chosen in values.items())]


def _counted(chosen: list[str]) -> str:
    """Values with the number of folds, as ``7 ×3, 15 ×2``; numbers that differ throughout as a span."""
    times = pd.Series(chosen).value_counts(sort=False)
    numbers = pd.to_numeric(pd.Series(chosen), errors="coerce")
    if len(times) > 2 and numbers.notna().all():
        return f"{format_number(numbers.min())} … {format_number(numbers.max())}"
    return ", ".join(f"{printable(value)} ×{count}" for value, count in times.items())


def _curves(history: pd.DataFrame, objective: str) -> Iterator[str]:
    """The last search of each symbol and model; the file of ``--history`` has all of them."""
    groups = [rows for _, rows in history.groupby(["symbol", "model"], sort=False)]
    for rows in groups[:MOST_CURVES]:
        last = rows[rows["fold"] == rows["fold"].iloc[-1]]
        curve = last[["best", "noise_best"]].to_numpy("float64")
        if len(curve) > 1 and np.isfinite(curve).any(axis=0).all():
            yield _curve(last, curve, objective)
    if groups[MOST_CURVES:]:
        yield f"not drawn: {len(groups) - MOST_CURVES} more searches; --history FILE writes them\n"


def _curve(rows: pd.DataFrame, curve: np.ndarray, objective: str) -> str:
    low, high = float(np.nanmin(curve)), float(np.nanmax(curve))
    span = high - low or 1.0
    canvas = Canvas(WIDTH, HEIGHT)
    for place in range(WIDTH):
        trial = round(place / (WIDTH - 1) * (len(curve) - 1))
        lines = [None if np.isnan(v) else round((high - v) / span * (HEIGHT - 1)) for v in curve[trial]]
        for sign, line in zip((LUCK, FOUND), reversed(lines), strict=True):
            if line is not None:
                canvas.draw(BOTH if lines[0] == lines[1] else sign, place, row=line)
    first = rows.iloc[0]
    labels = {0: format_number(high), HEIGHT - 1: format_number(low)}
    drawn = [f"{labels.get(k, ''):>{MARGIN - 1}} {line}".rstrip() for k, line in enumerate(canvas.lines())]
    head = f"{printable(first['symbol'])} {printable(first['model'])} fold {first['fold']}: {objective}"
    legend = f"{head} of the best of 1 … {len(curve)} trials: {FOUND} found  {LUCK} expected of noise"
    return "\n".join([legend, *drawn]) + "\n"
