"""Picture of folds in a terminal: one line a fold, time from left to right."""

from __future__ import annotations

import pandas as pd

from signalcli.errors import printable
from signalcli.report.text.canvas import Canvas

WIDTH = 60  # characters of the picture
NAME = 5  # characters of the number of a fold, before the picture
TRAIN, TEST, UNUSED = "▒", "█", "·"


def folds_text(table: pd.DataFrame, width: int = WIDTH) -> str:
    """Picture of `fold_table` by symbol: ``▒`` training dates, ``█`` test dates, ``·`` dates in neither part.

    All paths of a fold share one line.
    """
    parts = [
        f"{printable(symbol)}  {rows['train_start'].min():%Y-%m-%d} … {rows['test_end'].max():%Y-%m-%d}\n"
        + "".join(_draw_fold(str(fold), dates, rows, width) for fold, dates in rows.groupby("fold"))
        for symbol, rows in table.groupby("symbol", sort=False)
    ]
    return "\n".join(parts) + f"{TRAIN} train  {TEST} test  {UNUSED} neither\n"


def _draw_fold(fold: str, dates: pd.DataFrame, all_folds: pd.DataFrame, width: int) -> str:
    start = min(all_folds["train_start"].min(), all_folds["test_start"].min())
    end = max(all_folds["train_end"].max(), all_folds["test_end"].max())
    span = (end - start).total_seconds() or 1.0
    canvas = Canvas(width, background=UNUSED)

    def column(date: pd.Timestamp) -> int:
        return int((date - start).total_seconds() / span * (width - 1))

    for _, row in dates.dropna(subset=["train_start"]).head(1).iterrows():
        canvas.draw(TRAIN, column(row["train_start"]), column(row["train_end"]))
    for _, row in dates.iterrows():
        canvas.draw(TEST, column(row["test_start"]), column(row["test_end"]))
    return f"{fold:>4} {canvas}\n"
