"""Sources by name: built in, of an exchange, and functions of the user's own."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from typing import NamedTuple

from signalcli.config.services import EXCHANGE, GROUP
from signalcli.data.sources.services.bounded import call_within
from signalcli.data.sources.services.contract import Source, SourceBars
from signalcli.data.sources.web.client import WebClient
from signalcli.data.sources.web.deadline import Deadline
from signalcli.errors import (
    ConfigError,
    NoInputError,
    SignalcliError,
    UnavailableError,
    UsageError,
    printable,
)
from signalcli.io.user_code import UserCode

OWN = UserCode("--source", GROUP, "function that returns bars")
_CAPITALS = {"yahoo", "tiingo"}  # sources whose symbols are the same in any case


class OpenSource(NamedTuple):
    """A source that can be asked, how many symbols at once, and what shares its time among several."""

    ask: Source
    batch: int = 1
    allot: Callable[[int], None] = lambda _: None


def canonical(name: str, symbols: Sequence[str]) -> list[str]:
    """Return the symbols in the spelling under which a source has them, each once."""
    texts = [s.strip().upper() if name in _CAPITALS else s.strip() for s in symbols]
    return list(dict.fromkeys(texts))


@contextmanager
def open_source(name: str, timeout: float) -> Iterator[OpenSource]:
    """Open a source for ``timeout`` seconds.

    Raises UsageError for one that cannot be used here, ConfigError for code that cannot be imported.
    """
    if name == "tiingo":
        from signalcli.data.sources.services.tiingo import Tiingo, api_key

        key = api_key()
        with WebClient(timeout) as client:
            yield OpenSource(Tiingo(client, key), allot=client.allot)
    elif name.startswith(EXCHANGE):
        from signalcli.data.sources.services.exchange import Exchange, find_exchange

        kind = find_exchange(name)  # the import of ccxt takes seconds that are not those of the fetch
        with WebClient(timeout) as client:
            yield OpenSource(Exchange(name, kind, client), allot=client.allot)
    else:
        yield _own(name, timeout)


def _own(name: str, timeout: float) -> OpenSource:
    with OWN.faults(name):
        function: Source = OWN.load(name)
        batch = max(1, int(getattr(function, "batch", 1)))
    deadline = Deadline(timeout)
    return OpenSource(guarded(name, function, deadline), batch, deadline.allot)


def guarded(name: str, function: Source, deadline: Deadline | None = None) -> Source:
    """Return the function with whatever it raises as an error of ours; it is given up at the deadline."""

    def ask(symbols: Sequence[str], start: dt.date | None, end: dt.date | None, interval: str) -> SourceBars:
        try:
            with OWN.faults(name):
                wanted = symbols, start, end, interval
                if deadline is None:
                    return function(*wanted)
                answer: SourceBars = call_within(deadline.remaining(), function, *wanted)
                return answer
        except ConfigError as error:
            raise _explained(name, error) from error.__cause__

    return ask


def _explained(name: str, error: ConfigError) -> SignalcliError:
    """Return the error for what a function raises: of the network and of JSON a later try may cure."""
    cause = error.__cause__
    reason = _without_secrets(f"{printable(name)}: {type(cause).__name__}: {printable(cause)}")
    status = getattr(cause, "code", None) or getattr(getattr(cause, "response", None), "status_code", None)
    if status in {401, 403}:
        return UsageError("SOURCE-KEY", f"{reason}; check the key of this source")
    if status == 404 or isinstance(cause, FileNotFoundError | PermissionError | IsADirectoryError):
        return NoInputError("SOURCE-NOSYMBOL", f"{reason}; check the symbol")
    if isinstance(cause, OSError | json.JSONDecodeError | HTTPException | EOFError):
        return UnavailableError("SOURCE-UNAVAILABLE", f"{reason}; try again later")
    return ConfigError(error.code, _without_secrets(error.message))


def _without_secrets(text: str) -> str:
    """Return a message without the values of keys in an address, which libraries quote."""
    return re.sub(r"(?i)((?:token|key|secret|password|auth)[a-z_]*=)[^&\s'\")]+", r"\1…", text)
