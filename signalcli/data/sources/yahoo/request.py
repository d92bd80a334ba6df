"""What is asked of Yahoo: the settings of a fetch, the symbols, and the window that goes over the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from signalcli.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

Adjust = Literal["total", "split", "raw"]

# How far back Yahoo keeps intraday bars, in days; None where it keeps everything.
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
# Yahoo answers at most this many days of 1m bars in one request.
DAYS_OF_1M = 8
# Yahoo's own first bars are of 1927.
FIRST_DAY = date(1927, 1, 3)
# The calendars of the Earth reach from UTC-12 to UTC+14; the exchange's zone is known only after the answer.
EARLIEST_MIDNIGHT = timedelta(hours=14)
LATEST_MIDNIGHT = timedelta(hours=12)

_SYMBOL = re.compile(r"[A-Za-z0-9.^=&_-]{1,40}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


@dataclass(frozen=True)
class YahooRequest:
    """Settings of one fetch; every default lives here.

    Parameters
    ----------
    interval : str
        One of `INTERVALS`. ``30m`` is built by yfinance out of Yahoo's ``15m``.
    start, end : date or None
        First and last `date` of the table, both **inclusive**: exchange-local days for ``1d`` and longer, UTC
        days for intraday bars. None means as early as Yahoo keeps them, and up to now.
    adjust : {"total", "split", "raw"}
        ``total`` scales open, high, low and close by splits and dividends; ``split`` takes Yahoo's own
        split-adjusted prices; ``raw`` undoes the splits, prices and volume as they were traded. Yahoo never
        adjusts intraday bars for dividends, so there ``total`` equals ``split``.
    include_unfinished : bool
        Keep bars whose session, week or month is still running.
    timeout : float
        Seconds for the whole fetch, all symbols, tries and waits together.
    pause, backoff : float
        Seconds between two symbols, and before the second try (doubled, with jitter, from try to try).
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
        _one_of("interval", self.interval, tuple(INTERVALS))
        _one_of("adjustment", self.adjust, get_args(Adjust))
        if self.start and self.end and self.start > self.end:
            raise UsageError("YAHOO-WINDOW", f"start {self.start} is after end {self.end}")
        if not 0 < self.timeout < float("inf"):
            raise UsageError("YAHOO-TIMEOUT", f"timeout {self.timeout} s: give a positive number of seconds")

    @property
    def intraday(self) -> bool:
        """True where bars are shorter than a day."""
        return INTERVALS[self.interval] is not None

    @property
    def limits(self) -> str:
        """Yahoo's limits on this interval as half a sentence; empty where it has none."""
        days = INTERVALS[self.interval]
        if days is None:
            return ""
        return f"Yahoo keeps {self.interval} bars for {days} days"


def checked_symbols(symbols: Sequence[str]) -> list[str]:
    """Symbols in upper case, each once, in the order given.

    A symbol becomes part of an address, so anything but Yahoo's own letters is refused.
    """
    if not symbols:
        raise UsageError("YAHOO-SYMBOL", "no symbol given")
    return list(dict.fromkeys(_checked(symbol) for symbol in symbols))


def windows(request: YahooRequest, now: datetime) -> list[tuple[datetime, datetime]]:
    """The window in pieces as long as Yahoo answers at once, oldest first."""
    begin, end = window(request, now)
    if request.interval != "1m":
        return [(begin, end)]
    longest = timedelta(days=DAYS_OF_1M)
    count = max(1, -(-(end - begin) // longest))
    starts = [begin + i * longest for i in range(count)]
    return list(zip(starts, [*starts[1:], end], strict=True))


def kept(moment: datetime, request: YahooRequest, now: datetime) -> bool:
    """Whether Yahoo still has bars of this length from a moment."""
    days = INTERVALS[request.interval]
    return days is None or moment > now - timedelta(days=days)


def window(request: YahooRequest, now: datetime) -> tuple[datetime, datetime]:
    """First moment asked for, and the moment after the last, in UTC.

    The window is at least as wide as the request, because the exchange's time zone is not known yet; the rows
    outside are cut from the answer.
    """
    return _first_moment(request, now), _last_moment(request, now)


def _first_moment(request: YahooRequest, now: datetime) -> datetime:
    if request.intraday:
        return _utc(request.start) if request.start else _oldest(request, now)
    if request.interval == "1d":
        return _utc(request.start or FIRST_DAY) - EARLIEST_MIDNIGHT
    return _period_before(request.start or FIRST_DAY, request.interval)


def _last_moment(request: YahooRequest, now: datetime) -> datetime:
    # Yahoo's prices carry every split until today, so undoing them takes all events until today.
    if request.end is None or request.adjust == "raw":
        return now if request.intraday else now + timedelta(days=1)
    after = _utc(request.end) + timedelta(days=1)
    return min(after, now) if request.intraday else after + LATEST_MIDNIGHT


def _oldest(request: YahooRequest, now: datetime) -> datetime:
    # A minute less, for the time until Yahoo reads the question.
    return now - timedelta(days=INTERVALS[request.interval] or 0) + timedelta(minutes=1)


def _period_before(day: date, interval: str) -> datetime:
    """Moment on the first day of the week, month or quarter before the one of `day`.

    Yahoo lets weeks and months begin on the weekday or day the window begins on. 11:00 UTC falls on the same
    day nearly everywhere, and one period more lets the first full one be cut from whole days.
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


def _checked(symbol: str) -> str:
    text = symbol.strip().upper()
    if not _SYMBOL.fullmatch(text) or not text.strip("."):
        raise UsageError(
            "YAHOO-SYMBOL", f"'{printable(symbol)}' is no Yahoo symbol: letters, digits and . ^ = - & _ only"
        )
    if _ISIN.fullmatch(text):
        raise UsageError("YAHOO-SYMBOL", f"'{text}' is an ISIN; give the symbol Yahoo lists it under")
    return text


def _one_of(what: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UsageError("YAHOO-OPTION", f"{what} '{printable(value)}' is not one of {', '.join(choices)}")
