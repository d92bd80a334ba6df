"""Silence for libraries that write to file descriptor 2 behind Python's back."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

_STDERR = 2


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """File descriptor 2 goes nowhere inside the block and comes back as it was, open or closed.

    Exceptions pass through: only text is dropped, so a failed import still says what failed. The whole
    process is affected, other threads included, so keep the block short.
    """
    _flush()
    saved = _duplicate()
    _point_at_nothing()
    try:
        yield
    finally:
        _flush()
        _restore(saved)


def _flush() -> None:
    # Python's own text must not change sides of the border. sys.stderr is None, or broken, under some hosts.
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()


def _duplicate() -> int | None:
    try:
        return os.dup(_STDERR)
    except OSError:
        return None  # closed by whoever started us


def _point_at_nothing() -> None:
    # Also when it was closed: otherwise the next file to be opened becomes descriptor 2 and gets the chatter.
    nothing = os.open(os.devnull, os.O_WRONLY)
    if nothing != _STDERR:
        os.dup2(nothing, _STDERR)
        os.close(nothing)


def _restore(saved: int | None) -> None:
    if saved is None:
        os.close(_STDERR)
        return
    os.dup2(saved, _STDERR)
    os.close(saved)
