"""Daily bars of shares from Tiingo; its key comes from the environment and stands in no message.

The answer is a list of days with prices as traded, the adjusted close, and the ratio of a split
(https://www.tiingo.com/documentation/end-of-day).
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from signalcli.data.sources.services.contract import SourceBars
from signalcli.data.sources.web.client import Answer, WebClient
from signalcli.data.sources.web.network import TemporaryError, short
from signalcli.data.sources.web.retry import retried
from signalcli.errors import NoInputError, UsageError, printable

KEY = "TIINGO_API_KEY"
URL = "https://api.tiingo.com/tiingo/daily/{}/prices"
FIRST_DAY = dt.date(1900, 1, 1)
REFUSED = {401, 403}
_SYMBOL = re.compile(r"[A-Z0-9.-]{1,40}")
_COLUMNS = {"adjClose": "adj_close", "splitFactor": "split"}
_NAMES = ("date", "open", "high", "low", "close", "volume", *_COLUMNS)


def api_key() -> str:
    """Return the key in the environment. Raises UsageError without one."""
    key = os.environ.get(KEY, "").strip()
    if not (key and key.isascii() and key.isprintable() and " " not in key):
        raise UsageError("SOURCE-KEY", f"tiingo: set {KEY} to the key of your account, which needs one")
    return key


class Tiingo:
    """Source of daily bars: a function of symbols, start, end, interval."""

    def __init__(self, client: WebClient, key: str) -> None:
        self._client, self._key = client, key

    def __call__(
        self, symbols: Sequence[str], start: dt.date | None, end: dt.date | None, interval: str
    ) -> SourceBars:
        """Return raw bars, with the columns of both adjustments."""
        if interval != "1d":
            text = f"tiingo has bars of 1d, not {printable(interval)}; resample makes longer ones"
            raise UsageError("SOURCE-INTERVAL", text)
        tables = [self._bars(symbol, start, end) for symbol in symbols]
        return SourceBars(pd.concat(tables, ignore_index=True), "raw")

    def _bars(self, symbol: str, start: dt.date | None, end: dt.date | None) -> pd.DataFrame:
        if not _SYMBOL.fullmatch(symbol):
            text = f"'{printable(symbol)}' is not a symbol of tiingo; use letters, digits, dots and dashes"
            raise UsageError("SOURCE-SYMBOL", text)
        window = {"startDate": str(start or FIRST_DAY)} | ({"endDate": str(end)} if end else {})
        return retried(lambda: self._ask(symbol, window), self._client, f"{symbol}: tiingo")

    def _ask(self, symbol: str, window: dict[str, str]) -> pd.DataFrame:
        answer = self._client.request(
            "GET",
            URL.format(quote(symbol)),
            params=window,
            headers={"Authorization": f"Token {self._key}", "Accept": "application/json"},
        )
        if answer.status in REFUSED:
            text = f"tiingo refuses the key in {KEY} (HTTP {answer.status}{self._quote(answer)})"
            raise UsageError("SOURCE-KEY", f"{text}; check it, and what your account may read")
        if answer.status >= 400:
            text = (
                f"{symbol}: tiingo has no such symbol or window (HTTP {answer.status}{self._quote(answer)})"
            )
            raise NoInputError("SOURCE-NOSYMBOL", f"{text}; check the spelling")
        return _table(symbol, answer.document)

    def _quote(self, answer: Answer) -> str:
        """Return the sentence of an answer, without the key."""
        try:
            document = answer.document
        except TemporaryError:
            return ""
        detail = document.get("detail") if isinstance(document, dict) else None
        return f": {short(str(detail).replace(self._key, '…'))}" if detail else ""


def _table(symbol: str, document: Any) -> pd.DataFrame:
    """Return the rows of an answer. Raises TemporaryError for anything else than a list of days."""
    if not isinstance(document, list) or not all(isinstance(day, dict) for day in document):
        raise TemporaryError("unexpected answer (no list of days)")
    days = pd.DataFrame(document)
    if not len(days):
        return pd.DataFrame({name: [] for name in ("symbol", *_NAMES)}).rename(columns=_COLUMNS)
    others = set(days["ticker"].astype("str").str.upper()) - {symbol} if "ticker" in days else set()
    if others:
        raise TemporaryError(f"answer is for another symbol ({short(min(others))})")
    if missing := [name for name in _NAMES if name not in days]:
        raise TemporaryError(f"unexpected answer (no {missing[0]})")
    return _typed(days[list(_NAMES)].rename(columns=_COLUMNS).assign(symbol=symbol))


def _typed(days: pd.DataFrame) -> pd.DataFrame:
    numbers = [c for c in days if c not in {"symbol", "date"}]
    try:
        dates = pd.to_datetime(days["date"], format="ISO8601", utc=True).dt.tz_localize(None)
        return days.assign(date=dates.dt.normalize(), **{c: days[c].astype("float64") for c in numbers})
    except (TypeError, ValueError) as error:
        raise TemporaryError(f"unexpected answer ({type(error).__name__})") from error
