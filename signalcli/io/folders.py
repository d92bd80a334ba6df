"""A folder of files that is read whole and replaced whole: a reader gets the old one or the new one.

`replace` writes a folder beside the target, makes it durable and then swaps the two in one step of the
kernel (``renameat2`` with ``RENAME_EXCHANGE``, Linux 3.15 and most file systems). A target that does not
exist yet is renamed to. Where the kernel or the file system cannot swap, the old folder is renamed out of the
way first: between the two renames a reader finds no folder for a moment, and after a crash just there the old
one lies beside as ``.<name>.<hex>.old`` until the next run puts it back. It is never half of either.

`read` opens the folder first and its files through that, so files of two folders never mix; when the folder
is swapped away while it is read, it starts again with the new one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from signalcli.errors import NoInputError, OutputError, UsageError, printable
from signalcli.io.files import sync_folder
from signalcli.io.locks import held

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_ATTEMPTS = 20


class DamagedError(Exception):
    """What is wrong with a folder or a file in it, as the end of a sentence."""


def read(folder: Path, limits: dict[str, int]) -> dict[str, bytes]:
    """Contents of exactly the files named in ``limits``, none longer than its limit in bytes.

    Raises DamagedError for links, other files, missing or long ones; NoInputError where there is no folder or
    it may not be read.
    """
    for _ in range(_ATTEMPTS):
        with _opened(folder) as descriptor:
            try:
                return _read(descriptor, limits)
            except (DamagedError, FileNotFoundError) as error:
                if _same(folder, descriptor):
                    raise (
                        error if isinstance(error, DamagedError) else DamagedError("a file is missing")
                    ) from error
            except OSError as error:
                raise NoInputError("INPUT-OPEN", f"{printable(folder)}: {error.strerror or error}") from error
    raise DamagedError("it is replaced again and again while it is read")


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if folder.is_symlink():
            raise DamagedError("a link; name the folder itself") from error
        if folder.exists() and not folder.is_dir():
            raise DamagedError("not a folder") from error
        raise NoInputError("INPUT-OPEN", f"{printable(folder)}: {error.strerror or error}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _same(folder: Path, descriptor: int) -> bool:
    """Whether the path still leads to the folder that was opened."""
    try:
        return os.path.samestat(folder.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read(descriptor: int, limits: dict[str, int]) -> dict[str, bytes]:
    names = set(os.listdir(descriptor))
    for name in sorted(names ^ set(limits)):
        what = f"{name} is missing" if name in limits else f"{printable(name)} does not belong there"
        raise DamagedError(what)
    return {name: _file(descriptor, name, limit) for name, limit in limits.items()}


def _file(descriptor: int, name: str, limit: int) -> bytes:
    """Content of a plain file; a pipe must not make us wait, nor a link lead elsewhere."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if not stat.S_ISREG(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
        raise DamagedError(f"{name} is not a plain file")
    with open(os.open(name, flags, dir_fd=descriptor), "rb") as handle:  # noqa: PTH123 (a descriptor)
        found = os.fstat(handle.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise DamagedError(f"{name} is not a plain file")
        if found.st_size > limit:
            raise DamagedError(f"{name} has {found.st_size:,} bytes, more than {limit:,}")
        return handle.read(limit + 1)


def replace(folder: Path, files: dict[str, bytes], mark: str) -> None:
    """Put a folder with these files in the place of one that has a file named ``mark``, or of none.

    Raises UsageError when something else is there, LockedError when another run is replacing it, OutputError
    when the disk refuses; the old folder stays in either case.
    """
    _refuse_others(folder, mark)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with held(folder):
            _sweep(folder)
            _replace(folder, files)
    except OSError as error:
        raise OutputError(
            "OUTPUT-WRITE", f"{printable(folder)}: {error.strerror or error}; nothing was kept"
        ) from error


def _refuse_others(folder: Path, mark: str) -> None:
    if not folder.name or folder.name == "..":
        raise UsageError("BUNDLE-PLACE", f"{printable(folder)}: name a folder of its own for the model")
    fresh = not folder.is_symlink() and (
        not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    )
    ours = not folder.is_symlink() and (folder / mark).is_file()
    if not fresh and not ours:
        raise UsageError("BUNDLE-PLACE", f"{printable(folder)}: something else is there; name another folder")


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed left behind; the lock says that nobody is at work there.

    An old folder that was moved out of the way comes back if there is no new one.
    """
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.[0-9a-f]{{8}}\.(tmp|old)")
    for left in sorted(folder.parent.iterdir()):
        kind = pattern.fullmatch(left.name)
        if kind and kind[1] == "old" and not folder.exists():
            left.rename(folder)
        elif kind:
            shutil.rmtree(left, ignore_errors=True)


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.mkdir()
        for name, content in files.items():
            _write(temporary / name, content)
        sync_folder(temporary)
        _put(temporary, folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # the old folder after a swap, half a one after a fault


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _put(temporary: Path, folder: Path) -> None:
    try:
        temporary.rename(folder)  # succeeds where there is nothing, or an empty folder
    except OSError:
        if not folder.is_dir():
            raise
        swap = exchange if _can_exchange() else _move_aside
        swap(temporary, folder)


def _renameat2() -> Callable[..., int] | None:
    """The C library's function, or None on other systems."""
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def _can_exchange() -> bool:
    return _renameat2() is not None


def exchange(one: Path, other: Path) -> None:
    """Swap two paths in one step; where the file system cannot, in two."""
    call = _renameat2()
    done = call is not None and not call(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    if not done:
        _move_aside(one, other)


def _move_aside(temporary: Path, folder: Path) -> None:
    """Two renames, with a moment in between in which there is no folder."""
    aside = temporary.with_suffix(".old")
    folder.rename(aside)
    try:
        temporary.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
