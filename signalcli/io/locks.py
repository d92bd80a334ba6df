"""Locks on files and folders: one writer at a time, by a kernel lock that ends with its process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signalcli.errors import LockedError, OutputError, printable
from signalcli.io.missing import folder_hint

ADVICE = "; its folder must exist and be writable"
_POLL_INTERVAL = 0.05  # seconds
_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC


def lock_path(target: Path) -> Path:
    """Return the lock file of a file or folder: ``.<name>.lock`` beside it."""
    return target.with_name(f".{target.name}.lock")


@contextmanager
def hold_lock(target: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of ``target`` while the block runs.

    The lock file is never removed: otherwise two processes could lock two files of the same name. Raises
    LockedError when another process still holds the lock after ``wait`` seconds, and OutputError when the
    lock file cannot be opened or locked.
    """
    path = lock_path(target)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
    except OSError as error:
        hint = folder_hint(path, error) or ADVICE
        raise OutputError("LOCK-OPEN", f"{printable(path)}: {error.strerror or error}{hint}") from error
    try:
        _acquire(descriptor, target, wait)
        yield
    finally:
        os.close(descriptor)


def is_held(target: Path) -> bool:
    """Return whether another process holds the lock of ``target`` now; a lock file alone is no lock."""
    try:
        descriptor = os.open(lock_path(target), os.O_RDONLY | _FLAGS)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(descriptor)
    return False


def _acquire(descriptor: int, target: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _try_lock(descriptor, target):
        if time.monotonic() >= deadline:
            after = f" after {wait:g} s" if wait else ""
            raise LockedError(
                "LOCK-HELD", f"{printable(target)}: another run is writing it{after}; try later"
            )
        time.sleep(_POLL_INTERVAL)


def _try_lock(descriptor: int, target: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system without locks
        raise OutputError(
            "LOCK-OPEN", f"{printable(target)}: cannot be locked: {error.strerror}{ADVICE}"
        ) from error
    return True
