"""Statistics of bars in a terminal: one table a section, correlations as bars about zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.text import Text

from signalcli.errors import printable
from signalcli.report.text.canvas import Canvas
from signalcli.report.text.tables import format_number, plain_table, string_console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

HALF_WIDTH = 20  # characters from zero to the largest correlation
CORRELATIONS = ("acf", "pacf")


def statistics_text(statistics: pd.DataFrame, *, color: bool) -> str:
    """Text of the table of `describe_bars`: one block a symbol, one table a section."""
    stream, console = string_console(color=color)
    for symbol, numbers in statistics.groupby("symbol", sort=False):
        console.print(Text(printable(symbol), "bold underline"))
        for section, rows in numbers.groupby("section", sort=False):
            _print_section(str(section), rows, console)
    return stream.getvalue()


def _print_section(section: str, rows: pd.DataFrame, console: Console) -> None:
    meanings = rows["meaning"].unique()
    shared = f"  {meanings[0]}" if len(meanings) == 1 else ""
    console.print(Text.assemble("\n", (section, "bold"), (shared, "dim")))
    if section == "order":
        console.print(_orders_table(rows))
    elif section in CORRELATIONS:
        console.print(_correlations_table(rows))
    else:
        console.print(_numbers_table(rows, with_meanings=not shared))


def _numbers_table(rows: pd.DataFrame, *, with_meanings: bool) -> Table:
    """A row a statistic; columns that are empty in all rows are left out."""
    has_lag, has_interval, has_p = (bool(rows[c].notna().any()) for c in ("lag", "low", "p_value"))
    columns = {
        "": ([name.replace("_", " ") for name in rows["name"]], True),
        "lag": (["" if pd.isna(lag) else str(lag) for lag in rows["lag"]], has_lag),
        "value": (map(format_number, rows["value"]), True),
        "95 %": (map(_format_interval, rows["low"], rows["high"]), has_interval),
        "p": (map(_format_p, rows["p_value"]), has_p),
        " ": (rows["meaning"], with_meanings),
    }
    shown = {name: cells for name, (cells, wanted) in columns.items() if wanted}
    table = _table(*(name.strip() for name in shown))
    for row in zip(*shown.values(), strict=True):
        table.add_row(*map(Text, row))
    return table


def _correlations_table(rows: pd.DataFrame) -> Table:
    """A row a lag with a bar; a star marks values outside the band of white noise."""
    table = _table("lag", "value", "p", "")
    largest = float(np.nanmax([*rows["value"].abs(), *rows["high"].abs(), 1e-12]))
    for _, row in rows.iterrows():
        outside = abs(row["value"]) > row["high"]
        value = ("* " if outside else "") + format_number(row["value"])
        picture = bar_about_zero(row["value"], row["high"], largest)
        table.add_row(
            str(row["lag"]), value, _format_p(row["p_value"]), Text(picture, "" if outside else "dim")
        )
    return table


def bar_about_zero(value: float, band: float, largest: float, half: int = HALF_WIDTH) -> str:
    """A bar from the middle to the left (negative) or right, with dotted lines at ± ``band``.

    ``largest`` is the absolute value that fills ``half`` characters.
    """
    canvas = Canvas(2 * half + 1)
    if not np.isnan(value):
        edge, end = (round(half * abs(x) / largest) for x in (band, value))
        for column in (half - edge, half + edge):
            canvas.draw("┊", column)
        canvas.draw("█", *((half - end, half - 1) if value < 0 else (half + 1, half + end)))
    canvas.draw("│", half)
    return str(canvas)


def _orders_table(rows: pd.DataFrame) -> Table:
    """A row an order, a column a criterion; a star marks the order with the smallest value."""
    criteria = [name for name in rows["name"].unique() if not name.startswith("best_")]
    table = _table("order", *criteria)
    values = rows.set_index(["name", "lag"])["value"]
    best = {name: rows.loc[rows["name"] == f"best_{name}", "value"].iloc[0] for name in criteria}
    for lag in rows["lag"].dropna().unique():
        numbers = ((values[name, lag], "* " if lag == best[name] else "") for name in criteria)
        table.add_row(str(lag), *("" if np.isnan(x) else f"{star}{x:.2f}" for x, star in numbers))
    return table


def _table(*names: str) -> Table:
    table = plain_table()
    for place, name in enumerate(names):
        numeric = name or 0 < place < len(names) - 1
        table.add_column(name, justify="right" if numeric else "left", no_wrap=bool(numeric) or place == 0)
    return table


def _format_interval(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"{format_number(low)} … {format_number(high)}"


def _format_p(value: float) -> str:
    """A p-value to three decimals, "<.001" below .0005; "" for NaN."""
    return "" if np.isnan(value) else "<.001" if value < 0.0005 else f"{value:.3f}".lstrip("0")
