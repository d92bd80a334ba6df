"""Temporary files beside their targets: locked while they are written, removed once their writer is dead."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from pathlib import Path
from typing import BinaryIO


def open_temporary(target: Path) -> tuple[Path, BinaryIO]:
    """Create ``.<name>.<8 hex digits>.tmp`` beside the target and lock it for as long as it is open."""
    while True:
        temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
        handle = temporary.open("xb")
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle.fileno()).st_nlink:  # else another writer took it for a leftover before the lock
            return temporary, handle
        handle.close()


def remove_leftovers(folder: Path, name: str) -> None:
    """Remove the temporary files that killed writers of ``name`` left; those of living ones are locked.

    A name that ends in ``@`` stands for all files that begin with it. What cannot be read, locked or
    removed is left alone.
    """
    rest = ".*" if name.endswith("@") else ""
    pattern = re.compile(rf"\.{re.escape(name)}{rest}\.[0-9a-f]{{8}}\.tmp")
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name):
                _remove_unlocked(Path(entry.path))


def _remove_unlocked(path: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(descriptor)
