"""Tables for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from numbers import Integral
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable

if TYPE_CHECKING:
    import pandas as pd

_PERCENT = {
    "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy", "base_rate", "hit_rate", "total_return",
    "annual_return", "annual_volatility", "max_drawdown", "exposure", "cost_paid", "coverage", "decided",
    "decided_accuracy", "alpha", "annual_variance", "tracking_error", "downside_deviation", "peak_return",
    "gain_share", "average_drawdown", "under_water", "best_month", "worst_month", "gaining_months",
    "average_up_month", "average_down_month", "best_year", "worst_year", "gaining_years", "in_market",
    "win_rate", "average_trade", "average_winner", "average_loser", "best_trade", "worst_trade",
    "average_long", "average_short",
}  # fmt: skip
_IN_THE_TITLE = {"symbol", "model", "baseline", "start", "end", "bars_per_year"}
_UNLIMITED = 10_000  # columns of a file, which no terminal cuts off
_NARROWEST = 11  # of a model's column with its margin


def metrics_text(metrics: pd.DataFrame, *, colour: bool) -> str:
    """METRICS as a table a symbol: a line per metric, a column per model, baselines to the right.

    Where the terminal is too narrow for all models, the table goes on below.
    """
    stream, console = console_of(colour=colour)
    for symbol, rows in metrics.groupby("symbol", sort=False):
        console.print(_title(str(symbol), rows.iloc[0]))
        for part in _fitting(rows, console.width):
            console.print(_columns(part))
    return stream.getvalue()


def listing_text(rows: list[dict[str, Any]], *, colour: bool) -> str:
    """Rows as a table; numbers to four digits, whole ones in full, unknown cells empty."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in rows[0] if rows else []:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_plain(value)) for value in row.values()))
    stream, console = console_of(colour=colour)
    console.print(table)
    return stream.getvalue()


def bar(share: float, width: int = 40) -> str:
    """A share of one as a bar of eighths of characters; a sliver for what is not quite zero."""
    eighths = max(round(8 * width * share), int(share > 0))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def console_of(*, colour: bool) -> tuple[io.StringIO, Console]:
    """A console that writes into a string; as wide as the terminal where there is one."""
    stream = io.StringIO()
    return stream, Console(file=stream, force_terminal=colour, width=None if colour else _UNLIMITED)


def _title(symbol: str, first: pd.Series[Any]) -> Text:
    span = f"{first['start']:%Y-%m-%d} … {first['end']:%Y-%m-%d}"
    year = f"{first['bars_per_year']:g} bars a year"
    return Text.assemble((printable(symbol), "bold"), f"  {span}, out of sample, {year}")


def _fitting(rows: pd.DataFrame, width: int) -> Iterator[pd.DataFrame]:
    """The models in parts that stand side by side within the width."""
    names = max(len(name) for name in rows.columns) + 1
    column = max(_NARROWEST, max(len(printable(m)) for m in rows["model"]) + 2)
    together = max((width - names) // column, 1)
    for first in range(0, len(rows), together):
        yield rows.iloc[first : first + together]


def _columns(rows: pd.DataFrame) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    for _, row in rows.iterrows():
        style = "dim" if row["baseline"] else ""
        table.add_column(Text(printable(row["model"])), justify="right", style=style, no_wrap=True)
    for name in rows.columns.difference(list(_IN_THE_TITLE), sort=False):
        table.add_row(name.replace("_", " "), *(_cell(name, value) for value in rows[name]))
    return table


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return printable(value)
    import pandas as pd

    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else str(value)
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"


def _cell(name: str, value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "n/a"
    if name == "collapsed":
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{value:,.0f}"
    return f"{100 * value:,.1f} %" if name in _PERCENT else f"{value:,.3f}"
