"""Open yfinance's client without its files, logs, warnings, and caches; errors are raised."""

from __future__ import annotations

import logging
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from signalcli.data.sources.yahoo.session import YahooSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


class UtcZoneCache:
    """A time zone cache that returns UTC for every symbol.

    yfinance requests the zone of a symbol only to interpret naive start and end dates. Ours have a zone, so
    this saves every second request.
    """

    def lookup(self, symbol: str) -> str:  # noqa: ARG002 - yfinance's signature
        """Return the zone of a symbol."""
        return "UTC"

    def store(self, symbol: str, zone: str | None) -> None:
        """Do nothing."""


class CookieCache:
    """A cookie cache in memory; that of yfinance is a file shared by all processes."""

    def __init__(self) -> None:
        self._cookies: dict[str, Any] = {}

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        """Return the cookies of a strategy, by domain, path and name."""
        return self._cookies.get(strategy)

    def store(self, strategy: str, cookie: Any) -> None:
        """Store the cookies if yfinance can use them again: a cookie A3 with an expiry date."""
        paths: dict[str, Any] = next(iter(cookie.values()), {}) if cookie else {}
        a3 = paths.get("/", {}).get("A3")
        if a3 is not None and a3.expires is not None:
            self._cookies[strategy] = {"cookie": cookie}


class YahooClient:
    """yfinance's client on one `YahooSession`.

    Parameters
    ----------
    session : YahooSession
        Sends the requests and records the last answer.
    """

    def __init__(self, session: YahooSession) -> None:
        self.session = session

    def history(
        self, symbol: str, interval: str, window: tuple[datetime, datetime]
    ) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        """Return the bars of a window with their events, not adjusted for dividends, and the metadata.

        Raises the errors of yfinance.
        """
        import yfinance
        from yfinance.data import YfData

        # Otherwise a retry for a past window would get the failed answer from this cache.
        YfData.cache_get.cache_clear()
        self.session.clear()
        ticker = yfinance.Ticker(symbol, session=self.session.http)
        start, end = window
        bars = ticker.history(
            interval=interval, start=start, end=end, auto_adjust=False, actions=True, keepna=True
        )
        return bars, ticker.get_history_metadata()


@contextmanager
def yahoo_client(timeout: float) -> Iterator[YahooClient]:
    """Open a client for at most ``timeout`` seconds; yfinance's settings are restored afterwards."""
    with ExitStack() as stack:
        stack.enter_context(_without_warnings())
        session = YahooSession(timeout)
        stack.callback(session.close)
        stack.enter_context(_without_logs())
        stack.enter_context(_raising_errors())
        stack.enter_context(_own_caches())
        _reset_crumb(session)
        yield YahooClient(session)


@contextmanager
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        import yfinance  # noqa: F401 - its import sets a warnings filter, which is undone here

        # pandas 3 warns about code of yfinance on every fetch.
        warnings.filterwarnings("ignore", module=r"yfinance(\.|$)")
        yield


@contextmanager
def _without_logs() -> Iterator[None]:
    # bs4 parses consent pages on the way to a cookie, and logs empty ones.
    with ExitStack() as stack:
        for name in ("yfinance", "bs4.dammit"):
            stack.enter_context(_replace_attributes(logging.getLogger(name), disabled=True))
        yield


@contextmanager
def _raising_errors() -> Iterator[None]:
    import yfinance

    with _replace_attributes(yfinance.config.debug, hide_exceptions=False):
        yield


@contextmanager
def _own_caches() -> Iterator[None]:
    from yfinance import cache

    zones = _replace_attributes(cache._TzCacheManager, _tz_cache=UtcZoneCache())
    cookies = _replace_attributes(cache._CookieCacheManager, _Cookie_cache=CookieCache())
    with zones, cookies:
        yield


@contextmanager
def _replace_attributes(owner: Any, **values: Any) -> Iterator[None]:
    """Set attributes of an object while a block runs."""
    before = {name: getattr(owner, name) for name in values}
    try:
        for name, value in values.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


def _reset_crumb(session: YahooSession) -> None:
    """Delete the crumb of an earlier session in this process; Yahoo rejects it with other cookies."""
    from yfinance.data import YfData

    data = YfData(session=session.http)
    data._cookie = data._crumb = None
