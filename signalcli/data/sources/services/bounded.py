"""A call that is given up after a time, although Python cannot end it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def call_within(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """Return ``function(*arguments)``, or raise what it raises.

    Raises TimeoutError after so many seconds. The call then goes on in a thread that nobody waits for, and
    that ends with the process.
    """
    late = TimeoutError(f"no answer within {seconds:.3g} s (--timeout)")
    if seconds <= 0:
        raise late
    outcome: list[tuple[Any, BaseException | None]] = []

    def work() -> None:
        try:
            outcome.append((function(*arguments), None))
        except BaseException as error:  # noqa: BLE001 (raised where the result is awaited)
            outcome.append((None, error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise late
    result, error = outcome.pop()
    if error is None:
        return result
    try:
        raise error
    finally:
        del error  # its traceback would hold this frame, which would hold it
