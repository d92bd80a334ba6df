"""Settings of a request to Yahoo: interval, window, symbols."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, get_args

from signalcli.config.fetch import Adjust
from signalcli.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

# Days for which Yahoo keeps the bars of an interval; None means for ever.
INTERVALS: dict[str, int | None] = {
    "1m": 30,
    "2m": 60,
    "5m": 60,
    "15m": 60,
    "30m": 60,
    "60m": 730,
    "90m": 60,
    "1h": 730,
    "1d": None,
    "1wk": None,
    "1mo": None,
    "3mo": None,
}
DAYS_OF_1M = 8  # most days of 1m bars in one request
FIRST_DAY = date(1927, 1, 3)  # of Yahoo's data
# Time zones reach from UTC-12 to UTC+14; the zone of the exchange is known only after the answer.
EARLIEST_MIDNIGHT = timedelta(hours=14)
LATEST_MIDNIGHT = timedelta(hours=12)

_SYMBOL = re.compile(r"[A-Za-z0-9.^=&_-]{1,40}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


@dataclass(frozen=True)
class YahooRequest:
    """Settings of one fetch from Yahoo.

    Parameters
    ----------
    interval : str
        One of `INTERVALS`. yfinance builds ``30m`` from Yahoo's ``15m``.
    start, end : date or None
        First and last date of the bars, both **inclusive**: days at the exchange for ``1d`` and longer, UTC
        days for intraday bars. None means from the first bar that Yahoo keeps, and until now.
    adjust : {"total", "split", "raw"}
        ``total`` adjusts prices for splits and dividends; ``split`` for splits only, as Yahoo sends them;
        ``raw`` undoes the splits in prices and volume. Yahoo never adjusts intraday bars for dividends, so
        there ``total`` equals ``split``.
    include_unfinished : bool
        Keep bars whose session, week or month has not ended.
    timeout : float
        Seconds for the whole fetch: all symbols, retries and pauses.
    pause, backoff : float
        Seconds between two symbols, and before the first retry (doubled with jitter for each further one).
    """

    interval: str = "1d"
    start: date | None = None
    end: date | None = None
    adjust: Adjust = "total"
    include_unfinished: bool = False
    timeout: float = 60.0
    pause: float = 0.2
    backoff: float = 0.5

    def __post_init__(self) -> None:
        _check_choice("interval", self.interval, tuple(INTERVALS))
        _check_choice("adjustment", self.adjust, get_args(Adjust))
        if self.start and self.end and self.start > self.end:
            raise UsageError("YAHOO-WINDOW", f"start {self.start} is after end {self.end}")
        if not 0 < self.timeout < float("inf"):
            raise UsageError("YAHOO-TIMEOUT", f"timeout {self.timeout} s: give a positive number of seconds")

    @property
    def intraday(self) -> bool:
        """Whether bars are shorter than a day."""
        return INTERVALS[self.interval] is not None

    @property
    def limits(self) -> str:
        """How long Yahoo keeps bars of this interval, for messages; empty if for ever."""
        days = INTERVALS[self.interval]
        if days is None:
            return ""
        return f"Yahoo keeps {self.interval} bars for {days} days"


def check_symbols(symbols: Sequence[str]) -> list[str]:
    """Return the symbols in upper case, without duplicates, in the order given.

    A symbol becomes part of a URL, so other characters than those of Yahoo are refused. Raises UsageError.
    """
    if not symbols:
        raise UsageError("YAHOO-SYMBOL", "no symbol given")
    return list(dict.fromkeys(_check_symbol(symbol) for symbol in symbols))


def split_window(request: YahooRequest, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the window in pieces that Yahoo answers in one request, oldest first."""
    begin, end = request_window(request, now)
    if request.interval != "1m":
        return [(begin, end)]
    longest = timedelta(days=DAYS_OF_1M)
    count = max(1, -(-(end - begin) // longest))
    starts = [begin + i * longest for i in range(count)]
    return list(zip(starts, [*starts[1:], end], strict=True))


def is_available(moment: datetime, request: YahooRequest, now: datetime) -> bool:
    """Return whether Yahoo still keeps bars of this interval from a moment."""
    days = INTERVALS[request.interval]
    return days is None or moment > now - timedelta(days=days)


def request_window(request: YahooRequest, now: datetime) -> tuple[datetime, datetime]:
    """Return the start and the exclusive end of the window in UTC.

    It is wider than the dates of the request, because the time zone of the exchange is not known yet; rows
    outside the dates are dropped from the answer.
    """
    return _first_moment(request, now), _last_moment(request, now)


def _first_moment(request: YahooRequest, now: datetime) -> datetime:
    if request.intraday:
        return _utc(request.start) if request.start else _oldest(request, now)
    if request.interval == "1d":
        return _utc(request.start or FIRST_DAY) - EARLIEST_MIDNIGHT
    return _period_before(request.start or FIRST_DAY, request.interval)


def _last_moment(request: YahooRequest, now: datetime) -> datetime:
    # Yahoo's prices are adjusted for all splits until today; undoing them needs all events.
    if request.end is None or request.adjust == "raw":
        return now if request.intraday else now + timedelta(days=1)
    after = _utc(request.end) + timedelta(days=1)
    return min(after, now) if request.intraday else after + LATEST_MIDNIGHT


def _oldest(request: YahooRequest, now: datetime) -> datetime:
    # A minute less, for the time until Yahoo reads the request.
    return now - timedelta(days=INTERVALS[request.interval] or 0) + timedelta(minutes=1)


def _period_before(day: date, interval: str) -> datetime:
    """Return 11:00 UTC on the first day of the week, month or quarter before the one of ``day``.

    Yahoo's weeks and months start on the weekday or day on which the window starts; 11:00 UTC is the same day
    in nearly all time zones. The additional period makes sure that the first requested one is complete.
    """
    if interval == "1wk":
        first = day - timedelta(days=day.weekday() + 7)
    else:
        step = 3 if interval == "3mo" else 1
        months = (day.year * 12 + day.month - 1) // step * step - step
        first = date(months // 12, months % 12 + 1, 1)
    return _utc(first) + timedelta(hours=11)


def _utc(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _check_symbol(symbol: str) -> str:
    text = symbol.strip().upper()
    if not _SYMBOL.fullmatch(text) or not text.strip("."):
        raise UsageError(
            "YAHOO-SYMBOL",
            f"'{printable(symbol)}' is not a Yahoo symbol; use letters, digits and . ^ = - & _ only",
        )
    if _ISIN.fullmatch(text):
        raise UsageError("YAHOO-SYMBOL", f"'{text}' is an ISIN; give its Yahoo symbol")
    return text


def _check_choice(what: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UsageError("YAHOO-OPTION", f"{what} '{printable(value)}' is not one of {', '.join(choices)}")
