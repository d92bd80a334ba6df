"""Fetch BARS of symbols from any source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd

from signalcli.config.fetch import FetchConfig
from signalcli.data.bars import to_bars
from signalcli.data.sources.csv.hints import parse_columns
from signalcli.data.sources.csv.reader import parse_bars
from signalcli.data.sources.failover import failover_lines, unanswered
from signalcli.data.sources.files.read import RawBars, read_files
from signalcli.data.sources.services.ask import ask
from signalcli.data.sources.synthetic import PROCESSES, synthetic_bars
from signalcli.data.sources.yahoo.fetch import fetch_yahoo
from signalcli.data.sources.yahoo.request import YahooRequest
from signalcli.data.store.datasets import Datasets
from signalcli.errors import ExitStatus, NoInputError, SignalcliError, UsageError, nearest, printable
from signalcli.io.files import source_name, source_names
from signalcli.schemas import PRICES


class Fetched(NamedTuple):
    """BARS, warnings about dropped rows, and the errors of symbols without bars, temporary ones first.

    ``dropped`` has symbol and date of the rows that were dropped because they are invalid; None if not known.
    """

    bars: pd.DataFrame
    warnings: list[str]
    failures: list[SignalcliError]
    dropped: pd.DataFrame | None = None


def fetch(
    symbols: Sequence[str], config: FetchConfig, now: dt.datetime, columns: Sequence[str] = PRICES
) -> Fetched:
    """Return the BARS of the symbols; without symbols, all bars of a file or store.

    ``now`` (with a time zone) decides which bars of Yahoo are finished. ``columns`` are those that are used:
    a row is valid when they are. The bars are empty only when every
    symbol failed. Raises NoInputError when the source has no bar in the window, and the errors of the source.
    """
    raw, failures, notes = fetch_raw(symbols, config, now)
    failures = temporary_first(failures)
    selected = _in_window(raw, config)
    if selected.empty and failures:
        return Fetched(selected, notes, failures)
    where = place_of(config)
    if selected.empty:
        raise NoInputError(
            "DATA-WINDOW", f"{where}: {_span(raw)}; none in the window; change {_window_flags(config)}"
        )
    cleaned = to_bars(
        selected,
        where=where,
        adjust=config.adjust,
        bad_rows=config.bad_rows,
        strict=config.strict,
        columns=columns,
    )
    return Fetched(cleaned.bars, notes + cleaned.warnings, failures, cleaned.dropped)


def place_of(config: FetchConfig) -> str:
    """Return the name of the store or the sources in messages."""
    return source_name(config.store) if config.store else source_names(config.sources)


def temporary_first(failures: list[SignalcliError]) -> list[SignalcliError]:
    """Return the failures with those first that a later try may cure."""
    return sorted(failures, key=lambda f: f.exit_status is not ExitStatus.UNAVAILABLE)


def fetch_raw(symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> RawBars:
    """Return the raw rows of the source, the errors of symbols or files without rows, and lines about both.

    Only services are limited to the window of ``config``; other sources return all rows.
    """
    if config.store:
        return RawBars(read_store(symbols, config), [], [])
    if config.source == "synthetic":
        return RawBars(_make_synthetic(symbols, config), [], [])
    if config.services:
        return _fetch_services(symbols, config, now)
    parse = partial(
        parse_bars,
        date_format=config.date_format,
        columns=parse_columns(config.columns),
        no_header=config.no_header,
    )
    raw = read_files(config.sources, parse, config.table, config.query, config.adjust)
    if raw.rows.empty:
        return raw
    return raw._replace(rows=_select_symbols(raw.rows, symbols, source_names(config.sources)))


def _fetch_services(symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> RawBars:
    """Ask the services in turn; a symbol that one does not answer for is asked of the next."""
    require_symbols(symbols, f"give a symbol of {config.services[0]}, or a file with --source FILE")
    parts, failures, notes = [], [], []
    for position, service in enumerate(config.services):
        raw = ask_service(service, symbols, config, now)
        following = config.services[position + 1 : position + 2]
        late = unanswered(raw.failures) if following else []
        parts.append(raw.rows)
        failures += [f for f in raw.failures if f not in late]
        notes += [*raw.notes, *failover_lines(late, service, following)]
        symbols = [str(failure.symbol) for failure in late]
        if not symbols:
            break
    filled = [rows for rows in parts if len(rows)]
    return RawBars(pd.concat(filled) if filled else parts[0], failures, notes)


def ask_service(service: str, symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> RawBars:
    """Return raw rows of one service."""
    return _fetch_yahoo(symbols, config, now) if service == "yahoo" else ask(service, symbols, config, now)


def _fetch_yahoo(symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> RawBars:
    request = YahooRequest(
        interval=config.interval,
        start=config.start,
        end=config.end,
        adjust=config.adjust,
        include_unfinished=config.include_unfinished,
        timeout=config.timeout,
    )
    bars, failures = fetch_yahoo(symbols, request, now=now)
    if len(bars):  # used in messages like the line number of a file
        bars.index = bars["symbol"] + " " + bars["date"].astype("str")
    return RawBars(bars, failures, [])


def _make_synthetic(symbols: Sequence[str], config: FetchConfig) -> pd.DataFrame:
    """Return bars of symbols of one process; without ``process`` each symbol is the name of its own."""
    require_symbols(symbols, f"give a process: {', '.join(PROCESSES)}")
    process_of = {symbol: config.process or symbol for symbol in symbols}
    for name in config.settings:
        if name not in process_of.values():
            shown = printable(name)
            raise UsageError(
                "OPTION-VALUE", f"--set {shown}.…: {shown} is not fetched; fetch it, or leave it out"
            )
    start = (config.start or dt.date(2000, 1, 3)).isoformat()
    make = partial(synthetic_bars, rows=config.rows, start=start, seed=config.seed, interval=config.interval)
    parts = [
        make(process, symbol=symbol, **config.settings.get(process, {}))
        for symbol, process in process_of.items()
    ]
    return pd.concat(parts, ignore_index=True)


def read_store(symbols: Sequence[str], config: FetchConfig) -> pd.DataFrame:
    """Return stored bars of the source, interval and adjustment; without symbols, all of them.

    Of several services each symbol is read from the first that has stored it. Raises NoInputError.
    """
    datasets = Datasets.of(config)
    return datasets.bars(symbols)


def require_symbols(symbols: Sequence[str], hint: str) -> None:
    """Raise UsageError, with a hint, where no symbol is given."""
    if not symbols:
        raise UsageError("SYMBOL-MISSING", f"no symbol given; {hint}")


def _select_symbols(raw: pd.DataFrame, symbols: Sequence[str], where: str) -> pd.DataFrame:
    """Return the rows of the symbols; one symbol names the rows of a file without a symbol column."""
    available = list(raw["symbol"].unique())
    if len(symbols) == 1 and raw.attrs.get("named"):
        return raw.assign(symbol=symbols[0])
    missing = [s for s in symbols if s not in available]
    if missing:
        near = printable(nearest(missing[0], available, 3))
        text = f"{where}: no symbol {printable(missing[0])!r}; did you mean {near}?"
        text += " No file has that name, either"
        raise NoInputError("SYMBOL-UNKNOWN", text)
    return raw[raw["symbol"].isin(list(symbols))] if symbols else raw


def _in_window(raw: pd.DataFrame, config: FetchConfig) -> pd.DataFrame:
    days = raw["date"].dt.normalize()
    first, last = pd.Timestamp(config.start or dt.date.min), pd.Timestamp(config.end or dt.date.max)
    return raw[(days >= first) & (days <= last)]


def _window_flags(config: FetchConfig) -> str:
    """The options that limit the window."""
    ends = {"--start": config.start, "--end": config.end}
    return " or ".join(flag for flag, end in ends.items() if end is not None) or "--start or --end"


def _span(raw: pd.DataFrame) -> str:
    dates = raw["date"]
    return f"bars from {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(raw) else "no bars"
