"""The sections of ``inspect`` for eyes: a table each, correlations as bars about zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable
from signalcli.report.text.tables import console_of

if TYPE_CHECKING:
    from rich.console import Console

HALF = 20  # characters from zero to the widest correlation
CORRELATIONS, BY_ORDER = ("acf", "pacf"), ("order",)


def sections_text(table: pd.DataFrame, *, colour: bool) -> str:
    """Text of the statistics table: one block a symbol, one table a section."""
    stream, console = console_of(colour=colour)
    for symbol, of_symbol in table.groupby("symbol", sort=False):
        console.print(Text(printable(symbol), "bold underline"))
        for section, rows in of_symbol.groupby("section", sort=False):
            _print(str(section), rows, console)
    return stream.getvalue()


def _print(section: str, rows: pd.DataFrame, console: Console) -> None:
    every = rows["meaning"].unique()
    shared = f"  {every[0]}" if len(every) == 1 else ""
    console.print(Text.assemble("\n", (section, "bold"), (shared, "dim")))
    if section in BY_ORDER:
        console.print(_orders(rows))
    elif section in CORRELATIONS:
        console.print(_correlations(rows))
    else:
        console.print(_numbers(rows, meanings=not shared))


def _numbers(rows: pd.DataFrame, *, meanings: bool) -> Table:
    """A line a number, without the columns that no line fills."""
    lags, bands, tests = (bool(rows[c].notna().any()) for c in ("lag", "low", "p_value"))
    shown = ("", True), ("lag", lags), ("value", True), ("95 %", bands), ("p", tests), ("", meanings)
    table = _table(*(name for name, wanted in shown if wanted))
    for _, row in rows.iterrows():
        low, high = row["low"], row["high"]
        band = "" if np.isnan(low) else f"{_plain(low)} … {_plain(high)}"
        lag = "" if pd.isna(row["lag"]) else str(row["lag"])
        cells = (
            row["name"].replace("_", " "),
            lag,
            _plain(row["value"]),
            band,
            _p(row["p_value"]),
            row["meaning"],
        )
        table.add_row(*(Text(c) for c, (_, wanted) in zip(cells, shown, strict=True) if wanted))
    return table


def _correlations(rows: pd.DataFrame) -> Table:
    """A line a lag with a picture; a star stands at what lies outside the band."""
    table = _table("lag", "value", "p", "")
    widest = float(np.nanmax([*rows["value"].abs(), *rows["high"].abs(), 1e-12]))
    for _, row in rows.iterrows():
        outside = abs(row["value"]) > row["high"]
        cells = ("* " if outside else "") + _plain(row["value"]), _p(row["p_value"])
        picture = bar_about_zero(row["value"], row["high"], widest)
        table.add_row(str(row["lag"]), *cells, Text(picture, "" if outside else "dim"))
    return table


def bar_about_zero(value: float, band: float, widest: float, half: int = HALF) -> str:
    """A bar from the middle to the left or right, with the band of white noise as dotted lines."""
    cells = [" "] * (2 * half + 1)
    if not np.isnan(value):
        edge, end = (round(half * abs(x) / widest) for x in (band, value))
        cells[half - edge] = cells[half + edge] = "┊"
        filled = range(half - end, half) if value < 0 else range(half + 1, half + end + 1)
        for place in filled:
            cells[place] = "█"
    cells[half] = "│"
    return "".join(cells).rstrip()


def _orders(rows: pd.DataFrame) -> Table:
    """A line an order, a column a criterion; a star stands at the order that it picks."""
    criteria = [name for name in rows["name"].unique() if not name.startswith("best_")]
    table = _table("order", *criteria)
    of = rows.set_index(["name", "lag"])["value"]
    best = {name: rows.loc[rows["name"] == f"best_{name}", "value"].iloc[0] for name in criteria}
    for lag in rows["lag"].dropna().unique():
        values = (("* " if lag == best[name] else "") + _plain(of[name, lag], 2, "f") for name in criteria)
        table.add_row(str(lag), *values)
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(names):
        numeric = name or 0 < place < len(names) - 1
        table.add_column(name, justify="right" if numeric else "left", no_wrap=bool(numeric) or place == 0)
    return table


def _plain(value: float, digits: int = 4, kind: str = "g") -> str:
    """A number for eyes: whole ones in full, unknown ones empty."""
    if np.isnan(value):
        return ""
    return f"{value:,.0f}" if kind == "g" and float(value).is_integer() else f"{value:.{digits}{kind}}"


def _p(value: float) -> str:
    """A p-value to three places; nobody needs to know how far below .0005 it lies."""
    return "" if np.isnan(value) else "<.001" if value < 0.0005 else f"{value:.3f}".lstrip("0")
