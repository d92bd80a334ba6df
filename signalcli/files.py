"""Bytes in and out: paths, standard streams, atomic replacement. The only file that opens files."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

from signalcli.errors import NoInputError, OutputError, printable

STDIO = "-"


def read_bytes(source: str) -> bytes:
    """Whole content of a path, or of standard input for ``-``; NoInputError when it cannot be read."""
    try:
        if source == STDIO:
            return _read_stdin()
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NoInputError("INPUT-OPEN", f"{named(source)}: {printable(reason)}") from error


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise NoInputError("INPUT-OPEN", "stdin: closed; pipe a table in or name a file")
    return sys.stdin.buffer.read()


def named(source: str) -> str:
    """How messages call a source."""
    return "stdin" if source == STDIO else printable(source)


def write_bytes(target: str, content: bytes) -> None:
    """Write to a path, replacing it atomically, or to standard output for ``-``.

    Raises OutputError when the disk or the stream refuses; a reader that went away raises
    BrokenPipeError, which is not a fault.
    """
    try:
        if target == STDIO:
            _write_stdout(content)
        elif Path(target).exists() and not Path(target).is_file():
            _overwrite(Path(target), content)  # a device or a FIFO cannot be replaced
        else:
            _replace(Path(os.path.realpath(target)), content)  # a link stays a link
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "stdout" if target == STDIO else printable(target)
        raise OutputError("OUTPUT-WRITE", f"{place}: {error.strerror or error}; nothing was kept") from error


def _write_stdout(content: bytes) -> None:
    if sys.stdout is None:
        raise OutputError("OUTPUT-WRITE", "stdout: closed; redirect it to a file or use --output FILE")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _overwrite(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)


def _replace(path: Path, content: bytes) -> None:
    """Old or new, never half: temporary file beside it, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as handle:
            handle.write(content)
            handle.flush()
            _keep_mode(path, handle.fileno())
            os.fsync(handle.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _keep_mode(path: Path, descriptor: int) -> None:
    """Give the new file the permissions of the one it replaces; the umask decides those of a first one."""
    with contextlib.suppress(FileNotFoundError):
        os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
