"""One writer a file or folder: a lock of the kernel, which ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signalcli.errors import LockedError, OutputError, printable

_BREATH = 0.05  # seconds between two looks


@contextmanager
def held(target: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold ``.<name>.lock`` beside ``target`` while the block runs.

    The lock file stays: were it removed, two runs could hold two locks of the same name. Raises LockedError
    when another run still holds it after ``wait`` seconds, and OutputError where there cannot be a lock.
    """
    path = target.with_name(f".{target.name}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise OutputError("LOCK-OPEN", f"{printable(path)}: {error.strerror or error}") from error
    try:
        _take(descriptor, target, wait)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, target: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _taken(descriptor, target):
        if time.monotonic() >= deadline:
            still = f" after {wait:g} s" if wait else ""
            raise LockedError(
                "LOCK-HELD", f"{printable(target)}: another run is writing it{still}; try later"
            )
        time.sleep(_BREATH)


def _taken(descriptor: int, target: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system without locks
        raise OutputError("LOCK-OPEN", f"{printable(target)}: cannot be locked: {error.strerror}") from error
    return True
