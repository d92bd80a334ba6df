"""Bytes in and out: paths, standard streams, atomic replacement. The only file that opens files."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from signalcli.errors import NoInputError, OutputError, printable

STDIO = "-"
IN_MEMORY = 2**24  # bytes of a pipe that are kept there; more goes to disk


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


@contextlib.contextmanager
def rewindable(source: str) -> Iterator[BinaryIO | None]:
    """A path, or standard input, as a handle that may be read twice; None where it cannot be opened.

    What comes through a pipe is put on disk, and standard input is read from there from then on.
    """
    if source == STDIO:
        yield _rewindable_stdin()
    elif not Path(source).is_file():
        yield None
    else:
        with Path(source).open("rb") as handle:
            yield handle


def _rewindable_stdin() -> BinaryIO | None:
    if sys.stdin is None:
        return None
    if not sys.stdin.buffer.seekable():
        sys.stdin = io.TextIOWrapper(_spooled(sys.stdin.buffer))
    return sys.stdin.buffer


def _spooled(stream: BinaryIO) -> BinaryIO:
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (open to the end)
    shutil.copyfileobj(stream, spool, 2**20)
    spool.seek(0)
    return spool  # type: ignore[return-value]


def write_bytes(target: str, content: bytes) -> None:
    """Write to a path, replacing it atomically, or to standard output for ``-``."""
    with writing(target) as handle:
        handle.write(content)


@contextlib.contextmanager
def writing(target: str) -> Iterator[BinaryIO]:
    """A handle to write to; the path is replaced when all was written, and left alone by an error.

    Raises OutputError when the disk or the stream refuses; a reader that went away raises
    BrokenPipeError, which is not a fault.
    """
    try:
        with _writer(target) as handle:
            yield handle
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "stdout" if target == STDIO else printable(target)
        raise OutputError("OUTPUT-WRITE", f"{place}: {error.strerror or error}; nothing was kept") from error


def _writer(target: str) -> AbstractContextManager[BinaryIO]:
    if target == STDIO:
        return _stdout()
    if Path(target).exists() and not Path(target).is_file():
        return Path(target).open("wb")  # a device or a FIFO cannot be replaced
    return _replacing(Path(os.path.realpath(target)))  # a link stays a link


@contextlib.contextmanager
def _stdout() -> Iterator[BinaryIO]:
    if sys.stdout is None:
        raise OutputError("OUTPUT-WRITE", "stdout: closed; redirect it to a file or use --output FILE")
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Old or new, never half: temporary file beside it, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as handle:
            yield handle
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
