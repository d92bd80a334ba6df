"""Ask a source for symbols; a failure of one costs no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.files.read import RawBars
from signalcli.data.sources.services.answer import check_answer, raw_bars, unfinished_lines
from signalcli.data.sources.services.contract import SourceBars
from signalcli.data.sources.services.registry import OpenSource, canonical, open_source
from signalcli.data.sources.services.unfinished import split_interval
from signalcli.data.sources.yahoo.bars import empty_bars
from signalcli.errors import DataError, NoInputError, SignalcliError, UnavailableError, printable

_OF_ONE_SYMBOL = (DataError, NoInputError, UnavailableError)


def ask(name: str, symbols: Sequence[str], config: FetchConfig, now: dt.datetime) -> RawBars:
    """Return raw rows of the symbols with adjusted prices, and one error for each symbol without rows.

    Raises UsageError and ConfigError for what is wrong with the source, not with a symbol.
    """
    split_interval(config.interval)
    wanted = canonical(name, symbols)
    result = RawBars(empty_bars(), [], [])
    unfinished: dict[str, int] = {}
    with open_source(name, config.timeout) as source:
        for start in range(0, len(wanted), source.batch):
            source.allot(len(wanted) - start)
            chunk = wanted[start : start + source.batch]
            answer = _answer(name, source, chunk, config, result.failures)
            if answer is not None:
                result.notes.extend(answer.lines)
                rows = [_rows(name, s, answer, config, now, result.failures, unfinished) for s in chunk]
                result = result._replace(rows=_together([result.rows, *rows]))
    return result._replace(notes=[*result.notes, *unfinished_lines(name, unfinished)])


def _answer(
    name: str, source: OpenSource, symbols: list[str], config: FetchConfig, failures: list[SignalcliError]
) -> SourceBars | None:
    """Return the checked answer about some symbols; None when it failed, which is noted for each of them."""
    # Splits after the window count, too: prices are in shares of today.
    end = None if config.adjust == "split" else config.end
    try:
        return check_answer(name, source.ask(symbols, config.start, end, config.interval), symbols)
    except _OF_ONE_SYMBOL as error:
        failures += [_of_symbol(error, symbol) for symbol in symbols]
        return None


def _rows(
    name: str,
    symbol: str,
    answer: SourceBars,
    config: FetchConfig,
    now: dt.datetime,
    failures: list[SignalcliError],
    unfinished: dict[str, int],
) -> pd.DataFrame:
    try:
        rows, unfinished[symbol] = raw_bars(name, symbol, answer, config, now)
    except _OF_ONE_SYMBOL as error:
        failures.append(_of_symbol(error, symbol))
        return empty_bars()
    return rows


def _of_symbol(error: SignalcliError, symbol: str) -> SignalcliError:
    """Return an error of its own for each symbol, which names it."""
    named = printable(symbol) in error.message
    own = type(error)(error.code, error.message if named else f"{printable(symbol)}: {error.message}")
    own.symbol = symbol
    return own


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled) if filled else parts[0]
