"""Where a verb reads from and writes to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from signalcli.cli.console import NOTES
from signalcli.config.fetch import FetchConfig
from signalcli.errors import UsageError
from signalcli.io.files import STDIO, write_bytes

if TYPE_CHECKING:
    import pandas as pd


def source(file: str | None, table: str, maker: str) -> str:
    """The file named, or standard input when something is piped in; UsageError when there is neither."""
    if file is not None:
        return file
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "INPUT-NONE", f"nothing to read: pipe a {table} table in (signalcli {maker} … | …) or name a file"
        )
    return STDIO


def bars_from(named: list[str], stored: FetchConfig) -> tuple[list[str], FetchConfig]:
    """Symbols and where their bars are: in the store, where there is one, else in the one table named."""
    if stored.store is not None:
        return named, stored
    if len(named) > 1:
        raise UsageError(
            "INPUT-MANY", f"{len(named)} tables named; one is read at a time (symbols need --store)"
        )
    return [], replace(stored, source=source(named[0] if named else None, "BARS", "fetch"))


def bars_of(file: str | None, stored: FetchConfig) -> FetchConfig:
    """Where the bars of known symbols are: in the store, where there is one, else in the file or the pipe."""
    if stored.store is not None and file is not None:
        raise UsageError("INPUT-MANY", f"--bars {file} and --store {stored.store}: one of them")
    return stored if stored.store is not None else replace(stored, source=source(file, "BARS", "fetch"))


def on_terminal(output: str) -> bool:
    """Whether the output goes to somebody's eyes."""
    return output == STDIO and sys.stdout is not None and sys.stdout.isatty()


def emit(table: pd.DataFrame, output: str, form: str | None) -> None:
    """Write a table of data."""
    from signalcli.io.csv import format_of, write_table

    chosen = format_of(output, form)
    if chosen == "parquet" and on_terminal(output):
        raise UsageError("FORMAT-BINARY", "parquet is not for a terminal; use --output FILE.parquet")
    write_table(table, output, chosen)
    NOTES.note(f"{len(table):,} rows")


def emit_seen(table: pd.DataFrame, output: str, form: str | None, text: Callable[[bool], str]) -> None:
    """Write what eyes read on a terminal or where it is asked for, data anywhere else.

    ``text`` makes the former; it is told whether colours can be seen.
    """
    seen = on_terminal(output)
    if form == "table" or (form is None and seen):
        write_bytes(output, text(seen).encode())
    else:
        emit(table, output, form)


def emit_listing(table: pd.DataFrame, output: str, form: str | None) -> None:
    """Write rows of text and numbers: a table on a terminal, data anywhere else."""

    def text(colour: bool) -> str:
        from signalcli.report.text.tables import listing_text

        return listing_text(table.to_dict("records"), colour=colour)

    emit_seen(table, output, form, text)


def emit_metrics(metrics: pd.DataFrame, output: str, form: str | None) -> None:
    """Write METRICS: a readable table on a terminal, data anywhere else."""

    def text(colour: bool) -> str:
        from signalcli.report.text.tables import metrics_text

        return metrics_text(metrics, colour=colour)

    emit_seen(metrics, output, form, text)
