"""Symbols and a source → BARS. The one place that knows every source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from signalcli.config.fetch import FetchConfig
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.reader import read_bars_csv
from signalcli.data.sources.synthetic import PROCESSES, synthetic_bars
from signalcli.data.sources.yahoo.fetch import YahooRequest, fetch_yahoo
from signalcli.data.store.folders import store_folder
from signalcli.data.store.names import shelf_name
from signalcli.data.store.shelf import Shelf
from signalcli.errors import ExitStatus, NoInputError, SignalcliError, UsageError, printable
from signalcli.io.files import named

if TYPE_CHECKING:
    import pandas as pd


class Fetched(NamedTuple):
    """BARS, what was dropped from them, and why other symbols have none, the ones worth a retry first."""

    bars: pd.DataFrame
    warnings: list[str]
    failures: list[SignalcliError]


def fetch(symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> Fetched:
    """BARS of the symbols; a file without symbols named gives all it has.

    ``now`` (aware) tells which of Yahoo's bars are over. The bars are empty only where every symbol failed.
    Raises NoInputError when the source has no bar in the window, and what the source raises.
    """
    raw, failures = raw_bars(symbols, config, now)
    failures = sorted(failures, key=lambda f: f.exit_status is not ExitStatus.UNAVAILABLE)
    wanted = _in_window(raw, config)
    if wanted.empty and failures:
        return Fetched(wanted, [], failures)
    where = named(config.store or config.source)
    if wanted.empty:
        raise NoInputError("DATA-WINDOW", f"{where}: {_span(raw)}; none between --start and --end")
    cleaned = to_bars(
        wanted, where=where, adjust=config.adjust, bad_rows=config.bad_rows, strict=config.strict
    )
    return Fetched(cleaned.bars, cleaned.warnings, failures)


def raw_bars(
    symbols: Sequence[str], config: FetchConfig, now: dt.datetime
) -> tuple[pd.DataFrame, list[SignalcliError]]:
    """Rows as the source gives them, and why some symbols have none.

    Only Yahoo looks at the window of ``spec``; other sources give all they have.
    """
    if config.store:
        return _from_store(symbols, config), []
    if config.source == "yahoo":
        return _yahoo(symbols, config, now)
    if config.source == "synthetic":
        return _synthetic(symbols, config), []
    return _of_symbols(
        read_bars_csv(config.source, date_format=config.date_format, gzip=config.gzip), symbols, config.source
    ), []


def _yahoo(
    symbols: Sequence[str], config: FetchConfig, now: dt.datetime
) -> tuple[pd.DataFrame, list[SignalcliError]]:
    _require_symbols(symbols, "name one as Yahoo does, or a file with --source FILE")
    request = YahooRequest(
        interval=config.interval,
        start=config.start,
        end=config.end,
        adjust=config.adjust,
        include_unfinished=config.include_unfinished,
        timeout=config.timeout,
    )
    bars, failures = fetch_yahoo(symbols, request, now=now)
    if len(bars):  # what a file's line number is in a message
        bars.index = bars["symbol"] + " " + bars["date"].astype("str")
    return bars, failures


def _synthetic(symbols: Sequence[str], config: FetchConfig) -> pd.DataFrame:
    import pandas as pd

    _require_symbols(symbols, f"name a process: {', '.join(PROCESSES)}")
    for name in config.settings:
        if name not in symbols:
            raise UsageError("OPTION-VALUE", f"--set {printable(name)}.…: {printable(name)} is not fetched")
    start = (config.start or dt.date(2000, 1, 3)).isoformat()
    make = partial(synthetic_bars, rows=config.rows, start=start, seed=config.seed, interval=config.interval)
    parts = [make(name, **config.settings.get(name, {})) for name in dict.fromkeys(symbols)]
    return pd.concat(parts, ignore_index=True)


def _from_store(symbols: Sequence[str], config: FetchConfig) -> pd.DataFrame:
    """Stored bars, what the source's options would fetch; no symbol means all of them."""
    shelf = Shelf(store_folder(config.store or ""), shelf_name(config))
    wanted = [s.upper() for s in symbols] if config.source == "yahoo" else list(symbols)
    return shelf.bars(wanted or shelf.symbols())


def _require_symbols(symbols: Sequence[str], hint: str) -> None:
    if not symbols:
        raise UsageError("SYMBOL-MISSING", f"no symbol given; {hint}")


def _of_symbols(raw: pd.DataFrame, symbols: Sequence[str], source: str) -> pd.DataFrame:
    """Rows of the symbols asked for; a file of one nameless series takes the name that is asked for."""
    held = list(raw["symbol"].unique())
    if len(symbols) == 1 and len(held) == 1 and "symbol" not in raw.attrs.get("columns", ["symbol"]):
        return raw.assign(symbol=symbols[0])
    missing = [s for s in symbols if s not in held]
    if missing:
        near = get_close_matches(missing[0], held, n=3, cutoff=0.4) or held[:5]
        raise NoInputError(
            "SYMBOL-UNKNOWN",
            f"{named(source)}: no symbol {printable(missing[0])!r}; it has {printable(', '.join(near))}"
            + (" …" if len(held) > len(near) else ""),
        )
    return raw[raw["symbol"].isin(list(symbols))] if symbols else raw


def _in_window(raw: pd.DataFrame, config: FetchConfig) -> pd.DataFrame:
    import pandas as pd

    days = raw["date"].dt.normalize()
    first, last = pd.Timestamp(config.start or dt.date.min), pd.Timestamp(config.end or dt.date.max)
    return raw[(days >= first) & (days <= last)]


def _span(raw: pd.DataFrame) -> str:
    return (
        f"bars from {raw['date'].min():%Y-%m-%d} to {raw['date'].max():%Y-%m-%d}" if len(raw) else "no bars"
    )
