"""What verbs read: tables from a file or a pipe, bars from a table, a store or a source."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from signalcli.cli.console import console
from signalcli.cli.options.complete import symbols as complete_symbols
from signalcli.cli.options.slots import Only
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
from signalcli.errors import UsageError
from signalcli.io.files import STDIO
from signalcli.schemas import PRICES

if TYPE_CHECKING:
    import pandas as pd

    from signalcli.data.sources.fetch import Fetched
    from signalcli.schemas import Schema

Symbols = Annotated[
    list[str] | None,
    typer.Argument(
        help="Symbols; none means all in the file.", metavar="SYMBOL", autocompletion=complete_symbols
    ),
]
BarsOrSymbols = Annotated[
    list[str] | None,
    typer.Argument(
        help="BARS table; - or nothing reads the pipe. With --store: symbols.",
        metavar="BARS",
        autocompletion=complete_symbols,
    ),
]
FeaturesFile = Annotated[
    str | None, typer.Argument(help="FEATURES table; - or nothing reads the pipe.", metavar="FEATURES")
]
PredictionsFile = Annotated[
    str | None, typer.Argument(help="PREDICTIONS table; - or nothing reads the pipe.", metavar="PREDICTIONS")
]
PredictionsFiles = Annotated[
    list[str] | None,
    typer.Argument(help="PREDICTIONS tables; - or nothing reads the pipe.", metavar="PREDICTIONS"),
]
# How a verb reads bars that it does not fetch.
Reading = Annotated[
    FetchConfig,
    Only("source", "interval", "adjust", "bad_rows", "date_format", "columns", "no_header", "gzip", "store"),
]


def table_source(file: str | None, table: str, made_by: str) -> str:
    """Return the named file, or standard input when it is a pipe. Raises UsageError when it is neither."""
    if file is not None:
        return file
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "INPUT-NONE",
            f"nothing to read: pipe a {table} table in (signalcli {made_by} … | …) or name a file",
        )
    return STDIO


def read(file: str | None, schema: Schema) -> pd.DataFrame:
    """Return a table of this schema from a file or the pipe. Raises as `signalcli.io.tables.read_table`."""
    from signalcli.io.tables import read_table

    return read_table(table_source(file, schema.name, schema.verb), schema)


def bars_input(named: list[str] | None, reading: FetchConfig) -> tuple[list[str], FetchConfig]:
    """Return symbols and where their bars are: in the store if there is one, else in the one named table."""
    named = named or []
    if reading.store is not None:
        return named, reading
    if len(named) > 1:
        raise UsageError(
            "INPUT-MANY", f"{len(named)} tables named; one is read at a time (symbols need --store)"
        )
    return [], replace(reading, source=table_source(named[0] if named else None, "BARS", "fetch"))


def bars_option(file: str | None, reading: FetchConfig) -> FetchConfig:
    """Return where bars of known symbols are: in the store if there is one, else in the file or pipe."""
    if reading.store is not None and file is not None:
        raise UsageError("INPUT-MANY", f"--bars {file} and --store {reading.store}: give one of them")
    return (
        reading if reading.store is not None else replace(reading, source=table_source(file, "BARS", "fetch"))
    )


def fetch_bars(
    symbols: list[str],
    config: FetchConfig,
    storing: StoreConfig | None = None,
    columns: Sequence[str] = PRICES,
) -> Fetched:
    """Return bars; print what was dropped, and the symbols that failed.

    With ``storing`` the store of ``config`` is brought up to date first. A row is dropped when one of
    ``columns`` is invalid. Raises the first failure when there are no bars at all.
    """
    fetched = _fetch(symbols, config, storing, columns)
    for text in fetched.warnings:
        console.warn(text)
    for failure in fetched.failures[1:]:
        console.error(failure.code, failure.message)
    if fetched.bars.empty:
        raise_failure(fetched)
    return fetched


def _fetch(
    symbols: list[str], config: FetchConfig, storing: StoreConfig | None, columns: Sequence[str]
) -> Fetched:
    now = dt.datetime.now(dt.UTC)
    if storing is not None:
        from signalcli.data.update import update

        return update(symbols, config, storing, now)
    from signalcli.data.sources.fetch import fetch

    return fetch(symbols, config, now, columns)


def raise_failure(fetched: Fetched) -> None:
    """Raise the first failure, if any: the bars that could be fetched are written by now."""
    if fetched.failures:
        raise fetched.failures[0]
