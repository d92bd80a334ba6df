"""Read and write bytes: paths, standard streams, atomic replacement."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from signalcli.errors import NoInputError, OutputError, printable
from signalcli.io.leftovers import open_temporary, remove_leftovers
from signalcli.io.missing import folder_hint, missing_hint

PACKED = ".gz"  # ending of a file that is compressed with gzip
STDIO = "-"
IN_MEMORY = 2**24  # bytes of a pipe held in memory; more goes to disk


def read_bytes(source: str, most: int = -1) -> bytes:
    """Return the content of a path, or of standard input for ``-``; the first ``most`` bytes unless negative.

    Raises NoInputError for what cannot be opened, and for a device that never ends.
    """
    try:
        if source == STDIO:
            return _stdin().read(most)
        with open(source, "rb") as handle:  # noqa: PTH123 (an empty name is no folder)
            _refuse_endless(handle, source)
            return handle.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        text = f"{source_name(source)}: {printable(reason)}{missing_hint(source, error)}"
        raise NoInputError("INPUT-OPEN", text) from error


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise NoInputError("INPUT-OPEN", "stdin: closed; pipe a table in or name a file")
    _refuse_endless(sys.stdin.buffer, STDIO)
    return sys.stdin.buffer


def _refuse_endless(handle: BinaryIO, source: str) -> None:
    """Raise NoInputError for a device such as /dev/zero, or a disk; a terminal and /dev/null have an end."""
    try:
        status = os.fstat(handle.fileno())
    except (OSError, ValueError):
        return  # not a stream of the system
    null = Path(os.devnull).stat().st_rdev
    steady = stat.S_ISCHR(status.st_mode) and status.st_rdev != null and not handle.isatty()
    if steady or stat.S_ISBLK(status.st_mode):
        raise NoInputError("INPUT-OPEN", f"{source_name(source)}: a device, which has no end; name a file")


def source_name(source: str) -> str:
    """Return the name of a source in messages."""
    return "stdin" if source == STDIO else printable(source) or "''"


def source_names(sources: Sequence[str]) -> str:
    """Return the name of one or more sources in messages: ``A.csv and 2 more``."""
    names = [source_name(source) for source in sources]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


@contextlib.contextmanager
def open_rewindable(source: str) -> Iterator[BinaryIO | None]:
    """Open a path, or standard input for ``-``, so that it can be read twice; None if it cannot be opened.

    The content of a pipe is copied to a temporary file, which replaces standard input.
    """
    if source == STDIO:
        yield _seekable_stdin()
    elif not Path(source).is_file():
        yield None
    else:
        with Path(source).open("rb") as handle:
            yield handle


def _seekable_stdin() -> BinaryIO | None:
    if sys.stdin is None:
        return None
    _refuse_endless(sys.stdin.buffer, STDIO)
    if not sys.stdin.buffer.seekable():
        sys.stdin = io.TextIOWrapper(_spool(sys.stdin.buffer))
    return sys.stdin.buffer


def _spool(stream: BinaryIO) -> BinaryIO:
    """Return a copy of a pipe. Raises OutputError when it does not fit on disk: a part is not the whole."""
    try:
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (stays open)
        shutil.copyfileobj(stream, spool, 2**20)
        spool.seek(0)
    except OSError as error:
        reason = f"{printable(error.strerror or error)}; set TMPDIR to a folder with more space"
        raise OutputError("SPOOL-WRITE", f"copy of stdin in a temporary file: {reason}") from error
    return spool  # type: ignore[return-value]


def write_bytes(target: str, content: bytes) -> None:
    """Write to a path, replacing it atomically, or to standard output for ``-``. Raises OutputError."""
    with open_atomic(target) as handle:
        handle.write(content)


@contextlib.contextmanager
def open_atomic(target: str) -> Iterator[BinaryIO]:
    """Open a path, or standard output for ``-``, for writing; the path is replaced only after success.

    A path that ends in ``.gz`` is packed; the same content gives the same bytes. Raises OutputError when
    writing fails, and BrokenPipeError when the reader of a pipe closed it, which is not an error.
    """
    try:
        with _writer(target) as handle, _packing(target, handle) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "stdout" if target == STDIO else source_name(target)
        raise OutputError(
            "OUTPUT-WRITE",
            f"{place}: {error.strerror or error}; nothing was written{folder_hint(target, error)}",
        ) from error


def _writer(target: str) -> AbstractContextManager[BinaryIO]:
    if target == STDIO:
        return _stdout()
    if Path(target).exists() and not Path(target).is_file():
        return Path(target).open("wb")  # a device or FIFO cannot be replaced
    return _replacing(Path(os.path.realpath(target)))  # a link stays a link


def _packing(target: str, handle: BinaryIO) -> AbstractContextManager[BinaryIO]:
    if not target.lower().endswith(PACKED):
        return contextlib.nullcontext(handle)
    return gzip.GzipFile("", "wb", 6, handle, mtime=0)  # type: ignore[return-value]


@contextlib.contextmanager
def _stdout() -> Iterator[BinaryIO]:
    if not hasattr(sys.stdout, "buffer"):
        raise OutputError("OUTPUT-WRITE", "stdout: closed; redirect it to a file or use --output FILE")
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a temporary file, sync it, rename it over the path, and sync the folder.

    Temporary files that killed writers of this path left are removed first.
    """
    remove_leftovers(path.parent, path.name)
    temporary, opened = open_temporary(path)
    try:
        with opened as handle:
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
    """Copy the permissions of the file to be replaced; a new file gets those of the umask."""
    with contextlib.suppress(FileNotFoundError):
        os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that created, renamed and removed entries survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
