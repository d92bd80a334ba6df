"""One writer a store: a lock of the kernel, which ends with the process that holds it, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signalcli.errors import LockedError, OutputError, printable
from signalcli.store.folders import made

LOCK = ".lock"
_BREATH = 0.05  # seconds between two looks


@contextmanager
def locked(root: Path, wait: float) -> Iterator[None]:
    """Hold the store while the block runs.

    Raises LockedError when another run still holds it after ``wait`` seconds.
    """
    descriptor = _opened(made(root) / LOCK)
    try:
        _take(descriptor, root, wait)
        yield
    finally:
        os.close(descriptor)  # gives the lock back; the file stays, or two runs could hold two locks


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputError("STORE-FOLDER", f"{printable(path)}: {error.strerror or error}") from error


def _take(descriptor: int, root: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _taken(descriptor, root):
        if time.monotonic() >= deadline:
            hint = f"still after {wait:g} s; try later" if wait else "try later, or wait for it with --wait N"
            raise LockedError(
                "STORE-LOCKED", f"{printable(root)}: another run is writing to this store; {hint}"
            )
        time.sleep(_BREATH)


def _taken(descriptor: int, root: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system without locks
        raise OutputError("STORE-FOLDER", f"{printable(root)}: cannot be locked: {error.strerror}") from error
    return True
