"""Standard output: what cannot arrive is an error, and nothing is left for the interpreter to complain of."""

from __future__ import annotations

import io
import os
import sys

from signalcli.errors import OutputError


class ClosedStream(io.TextIOBase):
    """Stands for a standard output that was closed before the start: writing to it is an error."""

    def write(self, _text: str) -> int:
        """Raise OutputError."""
        raise OutputError("OUTPUT-WRITE", "stdout: closed; redirect it to a file or use --output FILE")

    def writable(self) -> bool:
        """Return true, or nothing would try to write."""
        return True


def reserve_closed_streams() -> None:
    """Occupy descriptors 0 to 2 where they are closed, or the next file opened would become stdout."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = ClosedStream()


def flush_stdout() -> None:
    """What is still in the buffer arrives now, or is an error now, not while the interpreter exits."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence_stdout()
        raise OutputError("OUTPUT-WRITE", f"stdout: {error.strerror}") from error


def silence_stdout() -> None:
    """Point stdout at nothing, or the interpreter complains about it once more while it exits."""
    if sys.stdout is not None and not isinstance(sys.stdout, ClosedStream):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
