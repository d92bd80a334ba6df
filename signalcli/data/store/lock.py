"""One writer a store."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from signalcli.data.store.folders import made
from signalcli.io.locks import held

NAME = "store"


def locked(root: Path, wait: float) -> AbstractContextManager[None]:
    """Hold the store while a block runs; it is made when it is not there.

    Raises LockedError when another run still holds it after ``wait`` seconds.
    """
    return held(made(root) / NAME, wait)
