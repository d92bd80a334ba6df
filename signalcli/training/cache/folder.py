"""The folder of cached fits: one file an entry, written atomically, bounded in size.

Nothing is synced to disk: what a power cut damages fails its checksum and is fitted again. Several
processes may read, write and trim at the same time, because every step is one system call on one file.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FITS = "fits"
TAG = "CACHEDIR.TAG"  # tells backup programs to leave the folder out (bford.info/cachedir)
_TAG_TEXT = b"Signature: 8a477f597d28d172789f06886806bc55\n# Fits of signalcli; safe to delete.\n"
_ENTRY = re.compile(r"[0-9a-f]{62}")
_TEMPORARY = re.compile(r"\.[0-9a-f]{62}\.[0-9a-f]{8}\.tmp")
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LARGEST = 2**30  # bytes of an entry that is read
_ABANDONED = 3600.0  # seconds after which a temporary file belongs to a killed process
_TRIMMED = 0.9  # share of the bound that is left after trimming, so that not every write trims


class Stored(NamedTuple):
    """One file of the cache: path, bytes on disk, and when it was last used (seconds since 1970)."""

    path: Path
    size: int
    used: float


@dataclass
class CacheFolder:
    """Entries by key, which is 64 hexadecimal digits.

    Parameters
    ----------
    root : Path
        Folder, made when the first entry is written.
    limit : int
        Bytes on disk; the entries that were not used for longest are removed above it.
    """

    root: Path
    limit: int
    _unseen: int | None = None  # bytes written since the size was last measured; None before the first time

    def read(self, key: str) -> bytes | None:
        """Bytes of an entry, which counts as used now; None without one."""
        try:
            descriptor = os.open(self._path(key), _OPEN)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as handle:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            with contextlib.suppress(OSError):  # a folder that may only be read
                os.utime(descriptor)
            return handle.read(_LARGEST)

    def write(self, key: str, content: bytes) -> None:
        """Put an entry in place of an older one. Raises OSError."""
        path = self._path(key)
        if not path.parent.is_dir():
            self._make(path.parent)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        self._trim_after(len(content))

    def entries(self) -> Iterator[Stored]:
        """Every entry; other files in the folder are none."""
        return self._files(_ENTRY)

    def clear(self) -> tuple[int, int]:
        """Remove every entry; return their number and their bytes on disk. Raises OSError."""
        stored = list(self.entries())
        for one in [*stored, *self._files(_TEMPORARY)]:
            one.path.unlink(missing_ok=True)
        return len(stored), sum(one.size for one in stored)

    def trim(self) -> None:
        """Remove what was not used for longest until the rest is within the bound. Raises OSError."""
        stored = sorted(self.entries(), key=lambda one: one.used, reverse=True)
        size = sum(one.size for one in stored)
        goal = self.limit if size <= self.limit else int(self.limit * _TRIMMED)
        while stored and size > goal:
            last = stored.pop()
            last.path.unlink(missing_ok=True)
            size -= last.size
        for one in self._files(_TEMPORARY):
            if one.used < time.time() - _ABANDONED:
                one.path.unlink(missing_ok=True)
        self._unseen = 0

    def _trim_after(self, written: int) -> None:
        """Measure the size at the first write, then whenever a tenth of the bound was written."""
        self._unseen = None if self._unseen is None else self._unseen + max(written, 4096)
        if self._unseen is None or self._unseen > self.limit * (1 - _TRIMMED):
            self.trim()

    def _path(self, key: str) -> Path:
        return self.root / FITS / key[:2] / key[2:]

    def _make(self, folder: Path) -> None:
        """Make the folder of an entry; nobody else may read or write in a new cache."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = self.root / TAG
        if not tag.exists():
            tag.write_bytes(_TAG_TEXT)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _files(self, pattern: re.Pattern[str]) -> Iterator[Stored]:
        for folder in _folders(self.root / FITS):
            with os.scandir(folder) as found:
                for one in found:
                    if pattern.fullmatch(one.name) and one.is_file(follow_symlinks=False):
                        with contextlib.suppress(FileNotFoundError):  # another process removed it
                            status = one.stat(follow_symlinks=False)
                            size = max(status.st_size, status.st_blocks * 512)
                            yield Stored(Path(one.path), size, status.st_mtime)


def _folders(root: Path) -> list[str]:
    """Folders of the entries; none where there is no cache yet."""
    try:
        with os.scandir(root) as found:
            return [f.path for f in found if len(f.name) == 2 and f.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
