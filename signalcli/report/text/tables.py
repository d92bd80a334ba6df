"""Tables in a terminal."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable
from signalcli.report.text.wide import fits, wide_text

_PERCENT = {
    "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy", "base_rate", "hit_rate", "total_return",
    "annual_return", "annual_volatility", "max_drawdown", "exposure", "cost_paid", "coverage", "decided",
    "decided_accuracy", "alpha", "annual_variance", "tracking_error", "downside_deviation", "peak_return",
    "gain_share", "average_drawdown", "under_water", "best_month", "worst_month", "gaining_months",
    "average_up_month", "average_down_month", "best_year", "worst_year", "gaining_years", "in_market",
    "win_rate", "average_trade", "average_winner", "average_loser", "best_trade", "worst_trade",
    "average_long", "average_short",
}  # fmt: skip
_TITLE_COLUMNS = {"symbol", "model", "baseline", "start", "end", "bars_per_year"}
_FILE_WIDTH = 10_000  # characters a line of a file may have, so that no column is cut off
_MIN_MODEL_WIDTH = 11  # of a model's column with its margin


def metrics_text(metrics: pd.DataFrame, *, color: bool) -> str:
    """METRICS as one table a symbol: a row a metric, a column a model, baselines to the right.

    Models that do not fit into the width of the terminal follow in a further table.
    """
    stream, console = string_console(color=color)
    for symbol, rows in metrics.groupby("symbol", sort=False):
        console.print(_title(str(symbol), rows.iloc[0]))
        for part in _split_to_width(rows, console.width):
            console.print(_models_table(part))
    return stream.getvalue()


def listing_text(rows: list[dict[str, Any]], *, color: bool) -> str:
    """Rows as a table; numbers with four digits, integers in full, empty cells for missing values.

    With more columns than the terminal is wide, a line a field and a column a row (`wide_text`).
    """
    stream, console = string_console(color=color)
    texts = [{printable(name): _format_value(value) for name, value in row.items()} for row in rows]
    if not fits(texts, console.width):
        return wide_text(texts, console.width)
    table = plain_table()
    for name in texts[0] if texts else []:
        table.add_column(Text(name), overflow="fold")
    for row in texts:
        table.add_row(*map(Text, row.values()))
    console.print(table)
    return stream.getvalue()


def bar(share: float, width: int = 40) -> str:
    """A bar of ``share`` × ``width`` characters in steps of an eighth; any share above 0 is visible."""
    eighths = max(round(8 * width * share), int(share > 0))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def string_console(*, color: bool) -> tuple[io.StringIO, Console]:
    """A stream and a console that writes into it; with ``color`` as wide as the terminal."""
    stream = io.StringIO()
    return stream, Console(file=stream, force_terminal=color, width=None if color else _FILE_WIDTH)


def plain_table() -> Table:
    """An empty table without lines."""
    return Table(box=None, header_style="bold", pad_edge=False)


def format_number(value: float, digits: int = 4) -> str:
    """A number to ``digits`` significant digits, integers in full; "" for NaN."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.{digits}g}"


def _title(symbol: str, first: pd.Series[Any]) -> Text:
    span = f"{first['start']:%Y-%m-%d} … {first['end']:%Y-%m-%d}"
    year = f"{first['bars_per_year']:g} bars a year"
    return Text.assemble((printable(symbol), "bold"), f"  {span}, out of sample, {year}")


def _split_to_width(rows: pd.DataFrame, width: int) -> Iterator[pd.DataFrame]:
    """Groups of models whose columns fit side by side into ``width`` characters."""
    names = max(len(name) for name in rows.columns) + 1
    column = max(_MIN_MODEL_WIDTH, max(len(printable(m)) for m in rows["model"]) + 2)
    count = max((width - names) // column, 1)
    for first in range(0, len(rows), count):
        yield rows.iloc[first : first + count]


def _models_table(rows: pd.DataFrame) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    for _, row in rows.iterrows():
        style = "dim" if row["baseline"] else ""
        table.add_column(Text(printable(row["model"])), justify="right", style=style, no_wrap=True)
    for name in rows.columns.difference(list(_TITLE_COLUMNS), sort=False):
        table.add_row(name.replace("_", " "), *(_format_metric(name, value) for value in rows[name]))
    return table


def _format_value(value: Any) -> str:
    if isinstance(value, str):
        return printable(value)
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else str(value)
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"


def _format_metric(name: str, value: Any) -> str:
    if pd.isna(value):
        return "n/a"
    if name == "collapsed":
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{value:,.0f}"
    return f"{100 * value:,.1f} %" if name in _PERCENT else f"{value:,.3f}"
