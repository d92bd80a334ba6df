"""Fetch bars from Yahoo Finance: every symbol is requested, and retried until the deadline."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from signalcli.data.sources.yahoo.bars import empty_bars
from signalcli.data.sources.yahoo.client import yahoo_client
from signalcli.data.sources.yahoo.request import YahooRequest, check_symbols, split_window
from signalcli.data.sources.yahoo.retry import RetryLoop, SymbolTask
from signalcli.errors import SignalcliError


def fetch_yahoo(
    symbols: Sequence[str], request: YahooRequest, *, now: datetime
) -> tuple[pd.DataFrame, list[SignalcliError]]:
    """Return the raw bars of the symbols, and one error for each symbol without bars.

    Parameters
    ----------
    symbols : sequence of str
        Symbols of Yahoo in any case; UsageError for an invalid one.
    request : YahooRequest
        What to request, and how long to try.
    now : datetime
        With a time zone; decides which bars are finished and how far back intraday bars reach.

    Returns
    -------
    bars : DataFrame
        Columns symbol, date, open, high, low, close, volume, by symbol in the order given and date. ``date``
        is naive: the day at the exchange, for intraday bars the start of the bar in UTC.
    failures : list of SignalcliError
        In the order of the symbols. NoInputError: Yahoo has no such symbol or no bars in the window.
        UnavailableError: no valid answer before the deadline.
    """
    tasks = [SymbolTask(symbol, deque(split_window(request, now))) for symbol in check_symbols(symbols)]
    with yahoo_client(request.timeout) as client:
        RetryLoop(client, request, now, deque(tasks)).run()
    tables = [task.bars for task in tasks if task.bars is not None]
    failures = [task.error(request) for task in tasks if task.bars is None]
    return pd.concat(tables, ignore_index=True) if tables else empty_bars(), failures
