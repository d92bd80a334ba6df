"""METRICS of many symbols: a table a model with a line a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from signalcli.errors import printable
from signalcli.report.text.metrics.values import PARTS, format_metric
from signalcli.report.text.tables import plain_table

TITLE_COLUMNS = ("symbol", "model", "baseline", "start", "end", "bars_per_year")
# These stay when the terminal is too narrow for all.
FIRST = (
    "accuracy", "base_rate", "log_loss", "annual_return", "sharpe", "max_drawdown", "psr", "trades",
)  # fmt: skip
MARGIN = 2  # blanks between two columns
LONGEST_NAME = 20  # characters of a symbol, or of a model above its symbols, before it is cut


def metrics_that_fit(metrics: pd.DataFrame, width: int) -> list[str]:
    """The first metrics whose columns stand side by side in ``width`` characters, at least one."""
    parts = [name for name in PARTS if name in metrics]
    left = width - _name_width(metrics) - sum(_width(metrics, name) + MARGIN for name in parts)
    names: list[str] = []
    for name in _in_order([n for n in metrics.columns if n not in {*TITLE_COLUMNS, *parts}]):
        left -= _width(metrics, name) + MARGIN
        if left < 0 and names:
            break
        names.append(name)
    return names


def _in_order(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def lines_tables(metrics: pd.DataFrame, names: Sequence[str]) -> Iterator[Table]:
    """A table for each model, in the order of METRICS; the metrics ``names`` are its columns."""
    columns = [*(name for name in PARTS if name in metrics), *names]
    widths = {name: _width(metrics, name) for name in columns}
    models = metrics.sort_values("baseline", kind="stable")
    for model, rows in models.groupby("model", sort=False):
        yield _table(str(model), rows, widths, _name_width(metrics))


def _table(model: str, rows: pd.DataFrame, widths: dict[str, int], name_width: int) -> Table:
    table = plain_table()
    style = "dim" if rows["baseline"].any() else ""
    table.add_column(_cut(model), style=style, width=name_width, no_wrap=True)
    for name, width in widths.items():
        table.add_column(_heading(name), justify="right", style=style, width=width, no_wrap=True)
    for row in rows.to_dict("records"):
        table.add_row(_cut(row["symbol"]), *(format_metric(name, row[name]) for name in widths))
    return table


def _heading(name: str) -> str:
    """The name of a metric, a line a word."""
    return name.replace("_", "\n")


def _width(metrics: pd.DataFrame, name: str) -> int:
    cells = [format_metric(name, value) for value in metrics[name]]
    return max(cell_len(text) for text in [*cells, *name.split("_")])


def _name_width(metrics: pd.DataFrame) -> int:
    return max(
        cell_len(_cut(text).plain) for text in [*metrics["symbol"].unique(), *metrics["model"].unique()]
    )


def _cut(name: object) -> Text:
    """A name of at most `LONGEST_NAME` characters; `…` shows that it is cut."""
    text = Text(printable(name))
    text.truncate(LONGEST_NAME, overflow="ellipsis")
    return text
