"""Tables for a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable

if TYPE_CHECKING:
    import pandas as pd

_PERCENT = {
    "accuracy", "balanced_accuracy", "base_rate", "hit_rate", "total_return", "annual_return",
    "annual_volatility", "max_drawdown", "exposure", "cost_paid",
}  # fmt: skip
_WHOLE = {"n_bars", "trades"}
_TITLE_ONLY = {"symbol", "model", "baseline", "start", "end", "bars_per_year"}
_PLAIN_WIDTH = 140


def metrics_text(metrics: pd.DataFrame, *, colour: bool) -> str:
    """METRICS as one table a symbol: a line per metric, a column per model, baselines to the right."""
    tables = [_of_symbol(str(symbol), rows) for symbol, rows in metrics.groupby("symbol", sort=False)]
    return _render(tables, colour=colour)


def listing_text(rows: list[dict[str, str]], *, colour: bool) -> str:
    """Rows of text as a table."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in rows[0] if rows else []:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    return _render([table], colour=colour)


def _of_symbol(symbol: str, rows: pd.DataFrame) -> Table:
    first = rows.iloc[0]
    title = (
        f"{printable(symbol)}  {first['start']:%Y-%m-%d} … {first['end']:%Y-%m-%d}, out of sample, "
        f"{first['bars_per_year']:g} bars a year"
    )
    table = Table(title=Text(title), title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for _, row in rows.iterrows():
        style = "dim" if row["baseline"] else ""
        table.add_column(Text(printable(row["model"])), justify="right", style=style, no_wrap=True)
    for name in rows.columns.difference(list(_TITLE_ONLY), sort=False):
        table.add_row(name.replace("_", " "), *(_cell(name, value) for value in rows[name]))
    return table


def _cell(name: str, value: Any) -> str:
    if value != value or value is None:
        return "n/a"
    if name == "collapsed":
        return "yes" if value else "no"
    if name in _WHOLE:
        return f"{value:,.0f}"
    return f"{100 * value:,.1f} %" if name in _PERCENT else f"{value:,.3f}"


def _render(tables: list[Table], *, colour: bool) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=colour, width=None if colour else _PLAIN_WIDTH)
    for table in tables:
        console.print(table)
    return stream.getvalue()
