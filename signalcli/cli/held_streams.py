"""Standard input that can be read again, and standard output that is kept back until a try is over."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, TextIO

from signalcli.io.files import STDIO, write_bytes


class ReplayedInput:
    """Bytes of a stream, kept as they are read, so that each try reads them from the start.

    Nothing is read before it is asked for: a command that reads no input must not wait for it.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._kept = source, bytearray()

    def opened(self) -> io.TextIOWrapper:
        """Return the stream as standard input, from its start."""
        return io.TextIOWrapper(io.BufferedReader(_Replay(self)), encoding="utf-8")

    def read(self, start: int, size: int) -> bytes:
        """Return up to ``size`` bytes from a position; empty at the end of the source."""
        if start == len(self._kept):
            self._kept += self._source.read(size)
        return bytes(self._kept[start : start + size])


class _Replay(io.RawIOBase):
    """One reading of a replayed input."""

    def __init__(self, replayed: ReplayedInput) -> None:
        self._replayed, self._position = replayed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._replayed.read(self._position, len(buffer))
        buffer[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)


class HeldOutput(io.TextIOWrapper):
    """Standard output that is kept back; it is a terminal when the real one is."""

    def __init__(self, real: TextIO) -> None:
        self._real, self._kept = real, io.BytesIO()
        super().__init__(self._kept, encoding=real.encoding, newline="", write_through=True)

    def isatty(self) -> bool:
        """Return whether the real output is a terminal."""
        return self._real.isatty()

    def deliver(self) -> None:
        """Write what was kept back to standard output. Raises OutputError, or BrokenPipeError."""
        if content := self._kept.getvalue():
            write_bytes(STDIO, content)


def replayed_input() -> ReplayedInput | None:
    """Return standard input as one that can be read again; None where it is a terminal or closed."""
    if sys.stdin is None or not hasattr(sys.stdin, "buffer") or sys.stdin.isatty():
        return None
    return ReplayedInput(sys.stdin.buffer)


@contextlib.contextmanager
def held_streams(replayed: ReplayedInput | None) -> Iterator[HeldOutput | None]:
    """Replace standard input and output for one try; None where standard output is closed."""
    stdin, stdout = sys.stdin, sys.stdout
    held = HeldOutput(stdout) if hasattr(stdout, "buffer") else None
    sys.stdin, sys.stdout = replayed.opened() if replayed else stdin, held or stdout
    try:
        yield held
    finally:
        sys.stdin, sys.stdout = stdin, stdout
