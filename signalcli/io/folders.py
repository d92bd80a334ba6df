"""Read and replace a folder of files atomically: a reader gets all files of the old or of the new folder.

`replace_folder` writes a temporary folder beside the target, syncs it, and swaps the two in one system call
(``renameat2`` with ``RENAME_EXCHANGE``: Linux 3.15 and most file systems). A new target needs a rename only.
Where swapping is not supported, the old folder is renamed first: between the two renames there is no folder,
and after a crash at that point the old one is left as ``.<name>.<hex>.old`` until the next run restores it.

`read_folder` opens the folder and reads its files through that descriptor, so files of two folders never mix.
When the folder is swapped during the read, it starts again with the new one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from signalcli.errors import NoInputError, OutputError, UsageError, printable
from signalcli.io.files import sync_folder
from signalcli.io.locks import hold_lock
from signalcli.io.missing import missing_hint

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_ATTEMPTS = 20


class DamagedError(Exception):
    """A folder or one of its files is damaged; the text completes the sentence "the folder …"."""


def read_folder(
    folder: Path, limits: dict[str, int], beside: Collection[str] = (), *, optional: Collection[str] = ()
) -> dict[str, bytes]:
    """Return the contents of exactly the files named in ``limits``, each up to its limit in bytes.

    Files named in ``beside`` may lie there too and are not read; those in ``optional`` may be missing.
    Raises DamagedError for links and for missing, additional or too long files, and NoInputError when the
    folder does not exist or cannot be read.
    """
    for _ in range(_ATTEMPTS):
        with _open_folder(folder) as descriptor:
            try:
                return _read_files(descriptor, limits, beside, optional=optional)
            except (DamagedError, FileNotFoundError) as error:
                if _is_current(folder, descriptor):
                    raise (
                        error if isinstance(error, DamagedError) else DamagedError("a file is missing")
                    ) from error
            except OSError as error:
                raise NoInputError("INPUT-OPEN", f"{printable(folder)}: {error.strerror or error}") from error
    raise DamagedError("it is replaced again and again while it is read")


@contextlib.contextmanager
def _open_folder(folder: Path) -> Iterator[int]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if folder.is_symlink():
            raise DamagedError("a link; name the folder itself") from error
        if folder.exists() and not folder.is_dir():
            raise DamagedError("not a folder") from error
        text = f"{printable(folder)}: {error.strerror or error}{missing_hint(folder, error)}"
        raise NoInputError("INPUT-OPEN", text) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_current(folder: Path, descriptor: int) -> bool:
    """Return whether the path still leads to the folder that was opened."""
    try:
        return os.path.samestat(folder.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read_files(
    descriptor: int, limits: dict[str, int], beside: Collection[str], *, optional: Collection[str]
) -> dict[str, bytes]:
    names = set(os.listdir(descriptor))
    for name in sorted(names - set(limits) - set(beside)):
        raise DamagedError(f"{printable(name)} does not belong there")
    for name in sorted(set(limits) - set(optional) - names):
        raise DamagedError(f"{name} is missing")
    return {name: _read_file(descriptor, name, limit) for name, limit in limits.items() if name in names}


def _read_file(descriptor: int, name: str, limit: int) -> bytes:
    """Return the content of a regular file, without waiting for a pipe or following a link."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if not stat.S_ISREG(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
        raise DamagedError(f"{name} is not a plain file")
    with open(os.open(name, flags, dir_fd=descriptor), "rb") as handle:  # noqa: PTH123 (a descriptor)
        status = os.fstat(handle.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise DamagedError(f"{name} is not a plain file")
        if status.st_size > limit:
            raise DamagedError(f"{name} has {status.st_size:,} bytes, more than {limit:,}")
        return handle.read(limit + 1)


def replace_folder(folder: Path, files: dict[str, bytes], mark: str) -> None:
    """Write a folder with these files, replacing an empty one or one with a file named ``mark``.

    On an error the old folder stays. Raises UsageError when something else is at the path, LockedError when
    another process is replacing it, and OutputError when writing fails.
    """
    _refuse_foreign(folder, mark)
    try:
        folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with hold_lock(folder):
            _remove_leftovers(folder)
            _write_folder(folder, files)
    except OSError as error:
        raise OutputError(
            "OUTPUT-WRITE", f"{printable(folder)}: {error.strerror or error}; nothing was written"
        ) from error


def _refuse_foreign(folder: Path, mark: str) -> None:
    if not folder.name or folder.name == "..":
        raise UsageError("BUNDLE-PLACE", f"{printable(folder)}: name a folder of its own for the model")
    fresh = not folder.is_symlink() and (
        not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    )
    ours = not folder.is_symlink() and (folder / mark).is_file()
    if not fresh and not ours:
        raise UsageError("BUNDLE-PLACE", f"{printable(folder)}: something else is there; name another folder")


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary folders of killed runs; the caller holds the lock.

    An old folder that was renamed is restored when there is no new one.
    """
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.[0-9a-f]{{8}}\.(tmp|old)")
    for path in sorted(folder.parent.iterdir()):
        kind = pattern.fullmatch(path.name)
        if kind and kind[1] == "old" and not folder.exists():
            path.rename(folder)
        elif kind:
            shutil.rmtree(path, ignore_errors=True)


def _write_folder(folder: Path, files: dict[str, bytes]) -> None:
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.mkdir(mode=0o755)  # whatever the umask: nobody else may write
        for name, content in files.items():
            _write_file(temporary / name, content)
        sync_folder(temporary)
        _install(temporary, folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(
            temporary, ignore_errors=True
        )  # the old folder after a swap, a partial one after an error


def _write_file(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _install(temporary: Path, folder: Path) -> None:
    try:
        temporary.rename(folder)  # succeeds when there is no folder, or an empty one
    except OSError:
        if not folder.is_dir():
            raise
        exchange(temporary, folder)


def _renameat2() -> Callable[..., int] | None:
    """Return the function of the C library, or None where there is none."""
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def exchange(one: Path, other: Path) -> None:
    """Swap two paths in one system call, or in two where the file system does not support that."""
    call = _renameat2()
    swapped = call is not None and not call(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    if not swapped:
        _move_aside(one, other)


def _move_aside(temporary: Path, folder: Path) -> None:
    """Swap by two renames; between them there is no folder."""
    aside = temporary.with_suffix(".old")
    folder.rename(aside)
    try:
        temporary.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
