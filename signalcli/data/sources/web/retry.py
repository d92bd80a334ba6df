"""Retry a request until the deadline of its client."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from signalcli.data.sources.web.client import WebClient
from signalcli.data.sources.web.network import TemporaryError
from signalcli.errors import UnavailableError

LONGEST_PAUSE = 30.0  # seconds
Result = TypeVar("Result")


def retried(call: Callable[[], Result], client: WebClient, what: str, backoff: float = 0.5) -> Result:
    """Return the result of ``call``; after a TemporaryError it is called again while there is time.

    Pauses grow from ``backoff`` seconds, with jitter, and are at least what the server demands. ``what``
    names the source and what it was asked. Raises UnavailableError with the reasons of all tries.
    """
    from tenacity import wait_exponential, wait_random

    grow = wait_exponential(multiplier=backoff, max=LONGEST_PAUSE) + wait_random(0, backoff)
    reasons: list[str] = []
    while True:
        try:
            return call()
        except TemporaryError as error:
            reasons.append(str(error))
            pause = max(grow(_Tries(len(reasons))), client.demanded)  # type: ignore[arg-type]
        if pause >= client.remaining():
            raise UnavailableError("SOURCE-UNAVAILABLE", _history(what, reasons, client.timeout))
        time.sleep(pause)


class _Tries:
    """What tenacity's waits read of the state of a retry."""

    def __init__(self, attempt_number: int) -> None:
        self.attempt_number = attempt_number


def _history(what: str, reasons: list[str], timeout: float) -> str:
    tries = "1 try" if len(reasons) == 1 else f"{len(reasons)} tries"
    text = ", then ".join(dict.fromkeys(reasons))
    return f"{what}: no answer after {tries} in {timeout:g} s: {text}; try again later"
