"""Reliability diagram in a terminal: one line a bin, probability from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from signalcli.errors import printable
from signalcli.report.text.canvas import Canvas
from signalcli.report.text.tables import join_to_width
from signalcli.schemas import PATH

WIDTH = 50  # characters of the diagram, so that a line has at most 80
NUMBERS = 28  # characters of a line to the left of the diagram
PREDICTED, OBSERVED, BOTH, INTERVAL = "│", "●", "◉", "─"
LEGEND = (
    f"{OBSERVED} observed frequency, 95 % interval",
    f"{PREDICTED} predicted probability",
    f"{BOTH} both",
)
DIRECTION_NAMES = {1: "up", 0: "flat", -1: "down"}


def reliability_text(table: pd.DataFrame, width: int = WIDTH) -> str:
    """Picture of `reliability_table` by model: predicted probability, observed frequency and its interval.

    ``width`` is that of the diagram; the numbers beside it take `NUMBERS` characters more.
    """
    keys = [c for c in ("symbol", "model", PATH, "direction") if c in table]
    parts = [
        "".join(_draw_bins(" ".join(map(printable, names)), DIRECTION_NAMES[direction], bins, width))
        for (*names, direction), bins in table.groupby(keys, sort=False)
    ]
    return "\n".join([*parts, f"{join_to_width(LEGEND, NUMBERS + width)}\n"])


def _draw_bins(name: str, direction: str, bins: pd.DataFrame, width: int) -> Iterator[str]:
    low = min(bins["share_low"].min(), bins["mean_p"].min())
    high = max(bins["share_high"].max(), bins["mean_p"].max())
    scale = f"{low:.3f}{f'{high:.3f}':>{width - 5}}"
    yield f"{name}: {direction}\n{'predicted':>9} {'observed':>8} {'rows':>7}  {scale}\n"
    for row in bins.to_dict("records"):
        line = _draw_bin(row, low, high, width)
        yield f"{row['mean_p']:9.3f} {row['share']:8.3f} {row['rows']:7,}  {line}\n"


def _draw_bin(row: dict[Any, Any], low: float, high: float, width: int) -> str:
    """One bin: interval of the observed frequency, the frequency itself and the predicted probability."""

    def column(value: float) -> int:
        return round((value - low) / ((high - low) or 1.0) * (width - 1))

    predicted, observed = column(row["mean_p"]), column(row["share"])
    canvas = Canvas(width)
    canvas.draw(INTERVAL, column(row["share_low"]), column(row["share_high"]))
    canvas.draw(PREDICTED, predicted)
    canvas.draw(BOTH if observed == predicted else OBSERVED, observed)
    return str(canvas)
