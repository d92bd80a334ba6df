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
from signalcli.cli.words import expand_lists
from signalcli.config.checks import require
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
        help="Symbols (or S001..S500), files of bars, or @FILE with a list; none means all in the file.",
        metavar="SYMBOL",
        autocompletion=complete_symbols,
    ),
]
BarsOrSymbols = Annotated[
    list[str] | None,
    typer.Argument(
        help="BARS tables; - or nothing reads the pipe. With --store: symbols.",
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
# Settings by which rows of bars are read, wherever they are read.
READ_ROWS = (
    "source", "table", "query", "interval", "adjust", "date_format", "columns", "no_header", "process",
    "store",
)  # fmt: skip
# How a verb reads bars that it does not fetch.
Reading = Annotated[FetchConfig, Only(*READ_ROWS, "bad_rows")]


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
    """Return symbols and where their bars are: in the store if there is one, else in files or the pipe."""
    words = expand_lists(named or [])
    if reading.store is not None:
        return words, reading
    own = "left out: these bars have an interval of their own; signalcli resample changes it"
    require(reading.interval == FetchConfig.interval, "--interval", reading.interval, own)
    if words and reading.reads_files:
        raise UsageError("INPUT-MANY", f"{words[0]} and --source {reading.sources[0]}: give one of them")
    if reading.reads_files:
        return [], reading
    return [], replace(reading, source=tuple(words) or table_source(None, "BARS", "fetch"))


def bars_option(file: str | None, reading: FetchConfig) -> FetchConfig:
    """Return where bars of known symbols are: in the store if there is one, else in the file or pipe."""
    if reading.store is not None and file is not None:
        raise UsageError("INPUT-MANY", f"--bars {file} and --store {reading.store}: give one of them")
    return reading if reading.store is not None else bars_input([file] if file else None, reading)[1]


def fetch_bars(
    symbols: list[str],
    config: FetchConfig,
    storing: StoreConfig | None = None,
    columns: Sequence[str] = PRICES,
    *,
    partial: bool = False,
) -> Fetched:
    """Return bars; print what was dropped, and the symbols and files that failed.

    With ``storing`` the store of ``config`` is brought up to date first. A row is dropped when one of
    ``columns`` is invalid. Raises the first failure when there are no bars at all, or unless ``partial``:
    then the caller writes the bars of the others and calls `raise_failure`.
    """
    fetched = _fetch(symbols, config, storing, columns)
    for text in fetched.warnings:
        console.warn(text)
    for failure in fetched.failures[1:]:
        console.error(failure.code, failure.message)
    if fetched.bars.empty or not partial:
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
