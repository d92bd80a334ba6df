"""yfinance, tamed: no files, no chatter, errors raised and not logged, nothing remembered between tries."""

from __future__ import annotations

import logging
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from signalcli.data.sources.yahoo.session import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import pandas as pd


class UtcEverywhere:
    """A time zone cache that knows all symbols.

    yfinance asks Yahoo for the zone of a symbol before it asks for bars, only to read naive start and end
    dates. Ours carry their zone, so this saves every second request.
    """

    def lookup(self, symbol: str) -> str:  # noqa: ARG002 - yfinance's signature
        """Zone of the symbol."""
        return "UTC"

    def store(self, symbol: str, zone: str | None) -> None:
        """Keep nothing."""


class CookiesInMemory:
    """A cookie cache that lives as long as the fetch; yfinance's own pickles into a file shared by all."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        """Cookies of a strategy, by domain, path and name."""
        return self._kept.get(strategy)

    def store(self, strategy: str, cookie: Any) -> None:
        """Keep the cookies, if they are of the kind yfinance is able to take back."""
        paths: dict[str, Any] = next(iter(cookie.values()), {}) if cookie else {}
        known = paths.get("/", {}).get("A3")
        if known is not None and known.expires is not None:
            self._kept[strategy] = {"cookie": cookie}


class YahooClient:
    """yfinance's real client on one `Wire`.

    Parameters
    ----------
    wire : Wire
        Carries the requests, and knows afterwards what Yahoo said.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def history(
        self, symbol: str, interval: str, window: tuple[datetime, datetime]
    ) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        """Yahoo's bars with events, unadjusted for dividends, and the metadata sent with them.

        Raises whatever yfinance raises.
        """
        import yfinance
        from yfinance.data import YfData

        # A failed answer for a past window would be served again from here, and nothing sent.
        YfData.cache_get.cache_clear()
        self.wire.forget()
        ticker = yfinance.Ticker(symbol, session=self.wire.session)
        start, end = window
        bars = ticker.history(
            interval=interval, start=start, end=end, auto_adjust=False, actions=True, keepna=True
        )
        return bars, ticker.get_history_metadata()


@contextmanager
def yahoo_client(timeout: float) -> Iterator[YahooClient]:
    """Open a client whose whole life may take `timeout` seconds; yfinance is left as it was found."""
    with ExitStack() as stack:
        stack.enter_context(_no_warnings())
        wire = Wire(timeout)
        stack.callback(wire.close)
        stack.enter_context(_no_log())
        stack.enter_context(_errors_raised())
        stack.enter_context(_own_caches())
        _no_identity(wire)
        yield YahooClient(wire)


@contextmanager
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        import yfinance  # noqa: F401 - its import sets a warnings filter, undone with ours

        # pandas 3 warns on every fetch; what yfinance does with pandas is not the user's to mend.
        warnings.filterwarnings("ignore", module=r"yfinance(\.|$)")
        yield


@contextmanager
def _no_log() -> Iterator[None]:
    # bs4 reads the consent pages on the way to a cookie, and complains about empty ones.
    with ExitStack() as stack:
        for name in ("yfinance", "bs4.dammit"):
            stack.enter_context(_replaced(logging.getLogger(name), disabled=True))
        yield


@contextmanager
def _errors_raised() -> Iterator[None]:
    import yfinance

    with _replaced(yfinance.config.debug, hide_exceptions=False):
        yield


@contextmanager
def _own_caches() -> Iterator[None]:
    from yfinance import cache

    zones = _replaced(cache._TzCacheManager, _tz_cache=UtcEverywhere())
    cookies = _replaced(cache._CookieCacheManager, _Cookie_cache=CookiesInMemory())
    with zones, cookies:
        yield


@contextmanager
def _replaced(owner: Any, **values: Any) -> Iterator[None]:
    """Attributes of a foreign object with other values for a while."""
    before = {name: getattr(owner, name) for name in values}
    try:
        for name, value in values.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


def _no_identity(wire: Wire) -> None:
    """Forget the crumb of an earlier session in this process; Yahoo refuses it with other cookies."""
    from yfinance.data import YfData

    data = YfData(session=wire.session)
    data._cookie = data._crumb = None
