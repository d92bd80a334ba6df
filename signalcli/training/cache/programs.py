"""TensorFlow's compiled programs, kept from one process to the next.

TensorFlow (XLA) can store what it compiles for the processor, and stops with an error for a damaged file. A
list holds the hash of each file; what it does not name, or names with another hash, is removed before
TensorFlow looks, and compiled again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from signalcli.errors import OutputError
from signalcli.io.files import write_bytes
from signalcli.training.cache.environment import describe_environment

PROGRAMS = "programs"
FLAGS = "TF_XLA_FLAGS"
_OPTION = "--tf_xla_persistent_cache_directory="
_LIST = "hashes.json"
_ENDING = ".pb"
_NEEDED = 2**26  # free bytes without which nothing is kept
_LARGEST = 2**28  # bytes of a folder of programs; one of an LSTM has half a megabyte


@contextmanager
def kept_programs(root: Path) -> Iterator[None]:
    """Let TensorFlow read and write compiled programs below a cache folder while the block runs.

    Call it before TensorFlow is imported; processes that are started in the block inherit it. Without effect
    where the user names a folder in ``TF_XLA_FLAGS``, and where this one cannot be used or is open to others.
    """
    before = os.environ.get(FLAGS)
    folder = root / PROGRAMS / _software()
    if _OPTION in (before or "") or not _prepared(folder):
        yield
        return
    os.environ[FLAGS] = f"{before or ''} {_OPTION}{folder}".strip()
    try:
        yield
    finally:
        _restore(before)
        with suppress(OSError, OutputError):  # unlisted programs are compiled again
            _write_list(folder)


def program_files(root: Path) -> list[Path]:
    """Every file of compiled programs below a cache folder."""
    return sorted(path for path in (root / PROGRAMS).glob("*/*") if path.is_file() and _is_ours(path.name))


def _is_ours(name: str) -> bool:
    return name == _LIST or name.endswith(_ENDING)


def _software() -> str:
    """Name of the folder: programs of other versions and processors are never looked at."""
    lines = describe_environment(["tensorflow"])
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _prepared(folder: Path) -> bool:
    """Make the folder and remove what cannot be believed; whether it can be used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        ours = status.st_uid == os.geteuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK)
        if not ours or _free_bytes(folder) < _NEEDED:  # TensorFlow stops where it cannot write
            return False
        _remove_unlisted(folder)
    except OSError:
        return False
    return True


def _remove_unlisted(folder: Path) -> None:
    known = _read_list(folder)
    for path in _programs(folder):
        if known.get(path.name) != _hash(path):
            path.unlink(missing_ok=True)
    if sum(path.stat().st_size for path in _programs(folder)) > _LARGEST:
        for path in _programs(folder):
            path.unlink(missing_ok=True)


def _free_bytes(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def _programs(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob(f"*{_ENDING}")) if path.is_file() or path.is_symlink()]


def _read_list(folder: Path) -> dict[str, str]:
    try:
        known = json.loads((folder / _LIST).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_list(folder: Path) -> None:
    """Name every program with its hash; nothing is written where nothing is new."""
    found = {path.name: _hash(path) for path in _programs(folder)}
    if found != _read_list(folder):
        write_bytes(str(folder / _LIST), json.dumps(found, sort_keys=True).encode())


def _hash(path: Path) -> str:
    """Hash of a plain file; empty for a link, which is removed."""
    return "" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(FLAGS, None)
    else:
        os.environ[FLAGS] = before
