"""An exchange of ccxt that sends its requests through our client, and whose answers about bars are checked.

ccxt reads an answer with defaults: where a list is missing, or an object stands in its place, it finds no
bars. Here that is an unexpected answer, which a later try may cure; ``null`` and an empty list are no bars.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signalcli.data.sources.web.client import WebClient
from signalcli.data.sources.web.network import TemporaryError
from signalcli.errors import printable

DEEPEST, WIDEST = 4, 3  # containers inside containers, and items of a list, that are looked at


def with_client(exchange: type, client: WebClient) -> Any:
    """Return an exchange of ccxt whose requests are those of the client, with its deadline."""
    kind = type(exchange.__name__, (_Checked, exchange), {"client": client})
    return kind({"enableRateLimit": True})


class _Checked:
    """What is put before the class of an exchange.

    Attributes
    ----------
    client : WebClient
        Sends the requests.
    """

    client: WebClient
    _of_bars, _containers = False, frozenset[int]()

    def fetch_bars(self, symbol: str, timeframe: str, since: int, limit: int) -> list[list[Any]]:
        """Return bars as ccxt does, with a checked answer. Raises TemporaryError and the errors of ccxt."""
        exchange: Any = self
        exchange.load_markets()
        self._of_bars = True
        try:
            rows: list[list[Any]] = exchange.fetch_ohlcv(symbol, timeframe, since=since, limit=limit)
            return rows
        finally:
            self._of_bars, self._containers = False, frozenset()

    def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """Return the document of an answer; called by ccxt."""
        answer = self.client.request(method, url, headers=dict(headers or {}), data=body)
        if answer.status in {401, 403}:
            raise TemporaryError(f"HTTP {answer.status}")
        document: Any = answer.document
        reason, sent, exchange = str(answer.status), (headers, body), self
        exchange.handle_errors(  # type: ignore[attr-defined]
            answer.status, reason, url, method, answer.headers, answer.text, document, *sent
        )
        if answer.status >= 400:
            raise TemporaryError(f"HTTP {answer.status}")
        if self._of_bars:
            if not isinstance(document, dict | list):
                raise TemporaryError(f"unexpected answer ({type(document).__name__})")
            self._containers = frozenset(map(id, _containers(document)))
        return document

    def safe_value(self, container: Any, key: Any, default: Any = None) -> Any:
        """Return a value as ccxt does; where bars are due, a missing one is refused."""
        if self._containers and default in ([], {}) and not _has(container, key):
            inside = id(container) in self._containers or not isinstance(container, dict | list)
            if inside and container is not None:
                raise TemporaryError(f"unexpected answer (no {printable(key)})")
        return super().safe_value(container, key, default)  # type: ignore[misc]

    def safe_list(self, container: Any, key: Any, default: Any = None) -> Any:
        """Return a list as ccxt does; where bars are due, anything else is refused."""
        return self._typed(list, super().safe_list(container, key, default), container, key)  # type: ignore[misc]

    def safe_dict(self, container: Any, key: Any, default: Any = None) -> Any:
        """Return an object as ccxt does; where bars are due, anything else is refused."""
        return self._typed(dict, super().safe_dict(container, key, default), container, key)  # type: ignore[misc]

    def _typed(self, kind: type, found: Any, container: Any, key: Any) -> Any:
        if id(container) in self._containers and _has(container, key):
            value = container[key]
            if value is not None and not isinstance(value, kind):
                raise TemporaryError(f"unexpected answer ({printable(key)} is no {kind.__name__})")
        return found

    def parse_ohlcvs(self, ohlcvs: Any, *others: Any, **named: Any) -> Any:
        """Return bars as ccxt does; only those of a list."""
        if not isinstance(ohlcvs, list):
            raise TemporaryError(f"unexpected answer (bars are no list but {type(ohlcvs).__name__})")
        return super().parse_ohlcvs(ohlcvs, *others, **named)  # type: ignore[misc]

    def parse_ohlcv(self, ohlcv: Any, *others: Any, **named: Any) -> Any:
        """Return a bar as ccxt does; only one with a time, which ccxt would leave out."""
        row = super().parse_ohlcv(ohlcv, *others, **named)  # type: ignore[misc]
        if not isinstance(row[0], int | float):
            raise TemporaryError("unexpected answer (a bar without a time)")
        return row


def _has(container: Any, key: Any) -> bool:
    """Whether an object has a key, or a list a position."""
    if isinstance(container, dict):
        return key in container
    return isinstance(container, list) and isinstance(key, int) and -len(container) <= key < len(container)


def _containers(value: Any, depth: int = DEEPEST) -> Iterator[Any]:
    """Objects and lists of a document that are not too deep."""
    if not isinstance(value, dict | list) or not depth:
        return
    yield value
    for part in value.values() if isinstance(value, dict) else value[:WIDEST]:
        yield from _containers(part, depth - 1)
