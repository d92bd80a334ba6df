"""The files of a zip archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable

from signalcli.errors import DataError, count
from signalcli.io.containers.budget import Budget
from signalcli.io.containers.packed import damaged
from signalcli.io.containers.signatures import DOCUMENTS, Kind

MOST_MEMBERS = 20_000
WORKBOOK = "xl/workbook.xml"  # the member that makes a zip archive an Excel workbook
_ENCRYPTED = 1  # flag of a member
_BLOCK = 2**20  # bytes unpacked at a time


def open_archive(content: bytes, where: str) -> zipfile.ZipFile:
    """Return an opened archive. Raises DataError when it is damaged, or a document of another program."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError) as error:
        raise damaged(where, Kind.ZIP) from error
    names = set(archive.namelist())
    if len(names) > MOST_MEMBERS:
        raise DataError("FILE-LARGE", f"{where}: {count(len(names), 'file')} in it; at most {MOST_MEMBERS:,}")
    for member, name, advice in DOCUMENTS:
        if member in names:
            raise DataError("FILE-KIND", f"{where}: {name}; {advice}")
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is an Excel workbook."""
    return WORKBOOK in archive.namelist()


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, without folders and what systems hide in it, sorted by name."""
    return sorted(
        (m for m in archive.infolist() if not m.is_dir() and not _hidden(m)), key=lambda m: m.filename
    )


def _hidden(member: zipfile.ZipInfo) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in member.filename.split("/"))


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, budget: Budget) -> bytes:
    """Return the content of a file in an archive. Raises DataError."""
    return b"".join(_blocks(archive, member, where, budget))


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, budget: Budget) -> Iterable[bytes]:
    if member.flag_bits & _ENCRYPTED:
        raise DataError("FILE-ENCRYPTED", f"{where}: an encrypted zip archive; unpack it with its password")
    try:
        with archive.open(member) as handle:
            while block := handle.read(_BLOCK):
                budget.spend(len(block), where)
                yield block
    except NotImplementedError as error:
        text = f"{where}: packed by a method that is not known (number {member.compress_type})"
        raise DataError("FILE-KIND", f"{text}; unpack it") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise damaged(where, Kind.ZIP) from error
