"""Silence libraries that write to file descriptor 2 without going through Python."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

_STDERR = 2


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard output to file descriptor 2 inside the block; restore it afterwards, open or closed.

    Exceptions pass through, so a failed import still reports its cause. The whole process is affected, other
    threads included, so keep the block short.
    """
    _flush()
    saved = _duplicate()
    _redirect_to_null()
    try:
        yield
    finally:
        _flush()
        _restore(saved)


def _flush() -> None:
    # Python's own text must stay outside the block. sys.stderr is None, or broken, under some hosts.
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()


def _duplicate() -> int | None:
    try:
        return os.dup(_STDERR)
    except OSError:
        return None  # closed by the parent process


def _redirect_to_null() -> None:
    # Also when it was closed: otherwise the next file opened becomes descriptor 2 and gets the output.
    null = os.open(os.devnull, os.O_WRONLY)
    if null != _STDERR:
        os.dup2(null, _STDERR)
        os.close(null)


def _restore(saved: int | None) -> None:
    if saved is None:
        os.close(_STDERR)
        return
    os.dup2(saved, _STDERR)
    os.close(saved)
