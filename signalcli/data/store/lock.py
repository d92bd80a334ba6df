"""Lock of a store: one writer at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from signalcli.data.store.folders import make_folder
from signalcli.io.locks import hold_lock


def lock_target(root: Path) -> Path:
    """Return the path in a store that stands for all of it (`signalcli.io.locks`)."""
    return root / "store"


def lock_store(root: Path, wait: float) -> AbstractContextManager[None]:
    """Hold the lock of a store while a block runs; a missing folder is created.

    Raises LockedError when another process still holds the lock after ``wait`` seconds.
    """
    return hold_lock(lock_target(make_folder(root)), wait)
