"""The files that sources name: single files, folders, and patterns such as ``data/*.csv``."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from signalcli.config.services import BUILT_IN
from signalcli.errors import NoInputError, UsageError, count, printable
from signalcli.io.files import STDIO

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class NamedFile(NamedTuple):
    """A file to read; ``optional`` when only its folder was named, so that it may be something else."""

    path: str
    optional: bool = False


class Expanded(NamedTuple):
    """Files in order, each once, and lines about what is left out."""

    files: list[NamedFile]
    notes: list[str]


def expand_sources(sources: Sequence[str]) -> Expanded:
    """Return the files that the sources name.

    A folder means the files in it, without hidden ones and folders. Raises UsageError for the address of a
    page, and NoInputError for a folder or pattern without files.
    """
    found = [_expand(source) for source in sources]
    files: dict[str, NamedFile] = {}
    for file in (file for one in found for file in one.files):
        optional = file.optional and files.get(file.path, file).optional
        files[file.path] = NamedFile(file.path, optional)
    return Expanded(list(files.values()), [note for one in found for note in one.notes])


def _expand(source: str) -> Expanded:
    path = Path(source)
    if source == STDIO or (_exists(path) and not path.is_dir()):
        return Expanded([NamedFile(source)], [])
    if _ADDRESS.match(source):
        text = f"--source {printable(source)}: an address is not read"
        raise UsageError("SOURCE-URL", f"{text}; download the file and name it")
    if source and _exists(path):
        return _folder(source, path)
    if glob.has_magic(source):
        return Expanded([NamedFile(name) for name in _matches(source)], [])
    if near := get_close_matches(source, BUILT_IN, n=1):
        text = f"{printable(source)}: no such file, and no such service; did you mean {near[0]}?"
        raise NoInputError("INPUT-OPEN", text)
    return Expanded([NamedFile(source)], [])  # reading it says what is wrong


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _folder(source: str, path: Path) -> Expanded:
    try:
        inside = sorted(p for p in path.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise NoInputError("INPUT-OPEN", f"{printable(source)}: {error.strerror}") from error
    files = [p for p in inside if not p.is_dir()]
    if not files:
        raise NoInputError("INPUT-OPEN", f"{printable(source)}: Is a directory without files")
    folders = len(inside) - len(files)
    notes = [f"{printable(source)}: {count(folders, 'folder')} in it left out; name it to read it"]
    return Expanded([NamedFile(str(p), optional=True) for p in files], notes if folders else [])


def _matches(pattern: str) -> Iterable[str]:
    names = sorted(name for name in glob.glob(pattern, recursive=True) if not Path(name).is_dir())  # noqa: PTH207
    if not names:
        raise NoInputError("INPUT-OPEN", f"{printable(pattern)}: no file matches")
    return names
