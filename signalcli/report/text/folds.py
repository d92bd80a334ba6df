"""Folds as bars of text: one line a fold, time from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalcli.errors import printable

if TYPE_CHECKING:
    import pandas as pd

TRAIN, TEST, NEITHER = "▒", "█", "·"


def folds_text(table: pd.DataFrame, width: int = 60) -> str:
    """A picture of `fold_table`, symbol by symbol: ``▒`` is learnt from, ``█`` is tested, ``·`` neither.

    Dates of several paths of one fold stand on one line.
    """
    parts = [
        f"{printable(symbol)}  {rows['train_start'].min():%Y-%m-%d} … {rows['test_end'].max():%Y-%m-%d}\n"
        + "".join(_line(str(fold), of_fold, rows, width) for fold, of_fold in rows.groupby("fold"))
        for symbol, rows in table.groupby("symbol", sort=False)
    ]
    return "\n".join(parts) + f"{TRAIN} train  {TEST} test  {NEITHER} neither\n"


def _line(fold: str, of_fold: pd.DataFrame, every: pd.DataFrame, width: int) -> str:
    start = min(every["train_start"].min(), every["test_start"].min())
    whole = (max(every["train_end"].max(), every["test_end"].max()) - start).total_seconds() or 1.0
    cells = [NEITHER] * width

    def draw(first: pd.Timestamp, last: pd.Timestamp, sign: str) -> None:
        a, b = (int((date - start).total_seconds() / whole * (width - 1)) for date in (first, last))
        cells[a : b + 1] = sign * (b + 1 - a)

    for _, row in of_fold.dropna(subset=["train_start"]).head(1).iterrows():
        draw(row["train_start"], row["train_end"], TRAIN)
    for _, row in of_fold.iterrows():
        draw(row["test_start"], row["test_end"], TEST)
    return f"{fold:>4} {''.join(cells)}\n"
