"""METRICS in a terminal: a column a model, or a line a symbol when there are many symbols."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from signalcli.errors import count, printable
from signalcli.report.text.metrics.lines import TITLE_COLUMNS, lines_tables, metrics_that_fit
from signalcli.report.text.metrics.values import PARTS, format_metric
from signalcli.report.text.tables import plain_table, string_console

FEW = 3  # symbols, or parts of the test period, that have a table each
_MIN_MODEL_WIDTH = 11  # of a model's column with its margin


def metrics_text(
    metrics: pd.DataFrame,
    *,
    color: bool,
    hidden: Collection[str] = (),
    more: str = "--format csv",
    origin: str = "out of sample",
) -> str:
    """METRICS for people, without the columns ``hidden`` and those that are empty in every row.

    Up to `FEW` symbols have a table each: a row a metric, a column a model, baselines to the right; models
    that do not fit into the width of the terminal follow in a further table. When there are more, each model
    has a table with a line a symbol. A last line counts the hidden metrics and names the option, ``more``,
    that shows them. Titles name the ``origin`` of the predictions.
    """
    stream, console = string_console(color=color)
    filled = metrics.columns[metrics.notna().any()].union([*TITLE_COLUMNS], sort=False)
    shown = metrics.drop(columns=[*hidden, *metrics.columns.difference(filled)], errors="ignore")
    if hidden and metrics.groupby("model").size().max() > FEW:
        left_out = _print_lines(shown, console, origin)
    else:
        left_out = _print_columns(shown, console, origin)
    left_out += [name for name in hidden if name in metrics and metrics[name].notna().any()]
    if left_out:
        console.print(Text(f"{count(len(left_out), 'further metric')}: {more}", "dim"))
    return stream.getvalue()


def _print_columns(metrics: pd.DataFrame, console: Console, origin: str) -> list[str]:
    for symbol, rows in metrics.groupby("symbol", sort=False):
        console.print(_title(printable(symbol), rows, origin))
        for part in _split_to_width(rows, console.width):
            console.print(_models_table(part))
    return []


def _print_lines(metrics: pd.DataFrame, console: Console, origin: str) -> list[str]:
    """Print a table a model, and return the metrics that are left out because the terminal is narrow."""
    names = metrics_that_fit(metrics, console.width)
    console.print(_title(count(metrics["symbol"].nunique(), "symbol"), metrics, origin))
    for table in lines_tables(metrics, names):
        console.print(table)
    return [name for name in metrics.columns if name not in {*names, *TITLE_COLUMNS, *PARTS}]


def _title(name: str, rows: pd.DataFrame, origin: str) -> Text:
    span = f"{rows['start'].min():%Y-%m-%d} … {rows['end'].max():%Y-%m-%d}"
    years = rows["bars_per_year"].dropna().unique()
    year = f", {years[0]:g} bars a year" if len(years) == 1 else ""
    return Text.assemble((name, "bold"), f"  {span}, {origin}{year}")


def _split_to_width(rows: pd.DataFrame, width: int) -> Iterator[pd.DataFrame]:
    """Groups of models whose columns fit side by side into ``width`` characters."""
    names = max(len(name) for name in rows.columns) + 1
    column = max(_MIN_MODEL_WIDTH, max(len(printable(m)) for m in rows["model"]) + 2)
    number = max((width - names) // column, 1)
    for first in range(0, len(rows), number):
        yield rows.iloc[first : first + number]


def _models_table(rows: pd.DataFrame) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    for row in rows.to_dict("records"):
        style = "dim" if row["baseline"] else ""
        table.add_column(Text(printable(row["model"])), justify="right", style=style, no_wrap=True)
    for name in rows.columns.difference(list(TITLE_COLUMNS), sort=False):
        table.add_row(name.replace("_", " "), *(format_metric(name, value) for value in rows[name]))
    return table
