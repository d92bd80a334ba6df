"""Bars of an exchange of coins over ccxt, which knows the interface of each; requests are our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd

from signalcli.config.services import EXCHANGE
from signalcli.data.sources.services.contract import SourceBars
from signalcli.data.sources.services.exchange_client import with_client
from signalcli.data.sources.web.client import WebClient
from signalcli.data.sources.web.network import TemporaryError, short
from signalcli.data.sources.web.retry import retried
from signalcli.errors import NoInputError, UsageError, nearest, printable
from signalcli.io.libraries import require_library

PAGE = 300  # bars in a request; no exchange has a lower limit that matters
_TIMEFRAMES = {"1wk": "1w", "1mo": "1M", "3mo": "3M"}
_NAMES = ["date", "open", "high", "low", "close", "volume"]
Result = TypeVar("Result")


def find_exchange(source: str) -> type:
    """Return the class of ccxt for a source such as ``ccxt:kraken``.

    Raises UsageError for an exchange that ccxt does not know, or that has no bars.
    """
    shown = f"--source {printable(source)}"
    require_library("ccxt", shown)
    import ccxt

    name = source.removeprefix(EXCHANGE)
    if name not in ccxt.exchanges:
        near = nearest(name, ccxt.exchanges, 3)
        raise UsageError("SOURCE-EXCHANGE", f"{shown}: no such exchange; did you mean {near}?")
    kind: type = getattr(ccxt, name)
    if not kind().has["fetchOHLCV"]:
        raise UsageError("SOURCE-EXCHANGE", f"{shown}: this exchange has no bars")
    return kind


class Exchange:
    """Source of bars of one exchange: a function of symbols, start, end, interval.

    Parameters
    ----------
    name : str
        The source in messages, such as ``ccxt:kraken``.
    kind : type
        Class of ccxt.
    client : WebClient
        Sends its requests.
    """

    def __init__(self, name: str, kind: type, client: WebClient) -> None:
        self._name, self._client = printable(name), client
        self._exchange = with_client(kind, client)

    def __call__(
        self, symbols: Sequence[str], start: dt.date | None, end: dt.date | None, interval: str
    ) -> SourceBars:
        """Return bars from the first that the exchange keeps in the window; coins have no splits."""
        if start is None:
            raise UsageError(
                "SOURCE-START", f"--source {self._name}: needs --start; its bars go back differently"
            )
        timeframe = self._timeframe(interval)
        tables, lines = [], []
        for symbol in symbols:
            table = self._bars(symbol, timeframe, start, end)
            tables.append(table)
            lines += self._late_line(symbol, table, start, timeframe)
        return SourceBars(pd.concat(tables, ignore_index=True), "none-needed", lines)

    def _timeframe(self, interval: str) -> str:
        timeframe = _TIMEFRAMES.get(interval, interval)
        known = self._exchange.timeframes or {}
        if timeframe not in known:
            text = f"--interval {printable(interval)}: {self._name} has {', '.join(known)}"
            raise UsageError("SOURCE-INTERVAL", text)
        return timeframe

    def _bars(self, symbol: str, timeframe: str, start: dt.date, end: dt.date | None) -> pd.DataFrame:
        step = self._exchange.parse_timeframe(timeframe) * 1000
        since, until = _milliseconds(start), _milliseconds(end + dt.timedelta(days=1)) if end else None
        now = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
        last = min(now, until or now)
        rows: list[list[Any]] = []
        while since < last:
            page = self._page(symbol, timeframe, since)
            rows += page
            since = page[-1][0] + step if page else since + PAGE * step
        return _table(symbol, rows)

    def _page(self, symbol: str, timeframe: str, since: int) -> list[list[Any]]:
        """Return the bars of a request that are not before ``since``, by time."""

        def ask() -> list[list[Any]]:
            found = self._translated(
                symbol, lambda: self._exchange.fetch_bars(symbol, timeframe, since, PAGE)
            )
            try:
                return sorted((row[:6] for row in found if row[0] >= since), key=lambda row: row[0])
            except (TypeError, LookupError) as error:
                raise TemporaryError(f"unexpected answer ({type(error).__name__})") from error

        return retried(ask, self._client, f"{printable(symbol)}: {self._name}")

    def _translated(self, symbol: str, call: Callable[[], Result]) -> Result:
        """Return the result of a call to ccxt, with its errors as ours."""
        import ccxt

        try:
            return call()
        except TemporaryError:
            raise
        except ccxt.BadSymbol as error:
            near = printable(nearest(symbol, list(self._exchange.markets or {}), 3))
            text = f"{printable(symbol)}: {self._name} has no such symbol; did you mean {near}?"
            raise NoInputError("SOURCE-NOSYMBOL", text) from error
        except (ccxt.BaseError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise TemporaryError(
                f"unexpected answer ({type(error).__name__}: {short(error)[:80]})"
            ) from error

    def _late_line(self, symbol: str, table: pd.DataFrame, start: dt.date, timeframe: str) -> list[str]:
        """Return a line when the exchange keeps no bars from the start on."""
        step = pd.Timedelta(seconds=self._exchange.parse_timeframe(timeframe))
        if not len(table) or table["date"].iloc[0] <= pd.Timestamp(start) + step:
            return []
        first = f"{table['date'].iloc[0]:%Y-%m-%d}"
        return [
            f"{printable(symbol)}: {self._name} has no {timeframe} bars before {first}, asked from {start}"
        ]


def _milliseconds(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp() * 1000)


def _table(symbol: str, rows: list[list[Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=_NAMES)
    dates = pd.to_datetime(table["date"].astype("int64"), unit="ms")
    return table.assign(date=dates.astype("datetime64[us]"), symbol=symbol)
