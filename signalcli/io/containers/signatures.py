"""What a file is, by its first bytes: the kinds that are read, and the names of those that are not."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What is read from a file, and how."""

    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"
    ZIP = "zip"
    PARQUET = "Parquet"
    ARROW_FILE = "Arrow"
    ARROW_STREAM = "Arrow stream"
    FEATHER = "Feather"
    SQLITE = "SQLite"
    DUCKDB = "DuckDB"
    TEXT = "text"


PACKED = frozenset({Kind.GZIP, Kind.BZIP2, Kind.XZ, Kind.ZSTD})
COLUMNAR = frozenset({Kind.PARQUET, Kind.ARROW_FILE, Kind.ARROW_STREAM, Kind.FEATHER})
DATABASES = frozenset({Kind.SQLITE, Kind.DUCKDB})


class Signature(NamedTuple):
    """A pattern at the start of a file, and the kind it means."""

    pattern: re.Pattern[bytes]
    kind: Kind


def _signature(pattern: bytes, kind: Kind) -> Signature:
    return Signature(re.compile(pattern, re.DOTALL), kind)


READ = (
    _signature(rb"\x1f\x8b", Kind.GZIP),
    _signature(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", Kind.BZIP2),
    _signature(rb"\xfd7zXZ\x00", Kind.XZ),
    _signature(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", Kind.ZSTD),
    _signature(rb"PK\x03\x04|PK\x05\x06", Kind.ZIP),
    _signature(rb"PAR1", Kind.PARQUET),
    _signature(rb"ARROW1\x00\x00", Kind.ARROW_FILE),
    _signature(rb"\xff\xff\xff\xff.{3}\x00", Kind.ARROW_STREAM),
    _signature(rb"FEA1\x00{4}", Kind.FEATHER),
    _signature(rb"SQLite format 3\x00", Kind.SQLITE),
    _signature(rb".{8}DUCK.{2}\x00{6}", Kind.DUCKDB),
)
HEAD = 4096  # bytes that are enough to recognize a file


class Unread(NamedTuple):
    """A pattern at the start of a file that is not read, what the file is, and what to do."""

    pattern: re.Pattern[bytes]
    name: str
    advice: str


_SAVE = "save its table as CSV or .xlsx"
_UNPACK = "unpack it"
_EXPORT = "export the bars to CSV or Parquet"
_DOWNLOAD = "download the data itself"


def _unread(pattern: bytes, name: str, advice: str) -> Unread:
    return Unread(re.compile(pattern, re.DOTALL), name, advice)


_MARKUP = rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
UNREAD = (
    _unread(_MARKUP + rb"<(?:!doctype html|html|head|body|table|div|script)\b", "an HTML page", _DOWNLOAD),
    _unread(
        _MARKUP + rb"<(?:\?mso-application|Workbook\b)", "an Excel 2003 XML file", "save it as CSV or .xlsx"
    ),
    _unread(_MARKUP + rb"<svg\b", "a picture", _DOWNLOAD),
    _unread(rb"(?i)(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document", _EXPORT),
    _unread(rb"version https://git-lfs\.github\.com/spec/", "a Git LFS pointer", "run git lfs pull"),
    _unread(rb"[./]*\.?git/annex/objects/|/annex/objects/", "a git-annex pointer", "run git annex get"),
    _unread(rb"%PDF-", "a PDF", _EXPORT),
    _unread(rb"\{\\rtf", "an RTF document", _SAVE),
    _unread(rb"%!PS", "a PostScript file", _EXPORT),
    _unread(rb"PK\x07\x08|PK00PK", "a part of a split zip archive", "join its parts"),
    _unread(rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    _unread(rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    _unread(rb".{257}ustar", "a tar archive", _UNPACK),
    _unread(rb"\x04\x22\x4d\x18", "an LZ4 file", _UNPACK),
    _unread(rb"\x1f[\x9d\xa0]", "a compress (.Z) file", _UNPACK),
    _unread(rb"LZIP\x01", "an lzip file", _UNPACK),
    _unread(
        rb"\x5d\x00\x00.{2}(?:\xff{8}|.{4}\x00{4})", "an LZMA file, such as .bi5 ticks of Dukascopy", _UNPACK
    ),
    _unread(rb"\x89HDF\r\n\x1a\n", "an HDF5 file", _EXPORT),
    _unread(rb"\x93NUMPY", "a NumPy array", _EXPORT),
    _unread(rb"\x80[\x02-\x05](?:\x95|c|\}|\]|\(|q)", "a Python pickle, which could run code", _EXPORT),
    _unread(rb"Obj\x01", "an Avro file", _EXPORT),
    _unread(rb"ORC[\x00-\x1f\x7f-\xff]", "an ORC file", _EXPORT),
    _unread(rb"PARE", "an encrypted Parquet file", "decrypt it"),
    _unread(rb"RD[AX][23]\n|RD[AX][23]\r\n", "an R data file", _EXPORT),
    _unread(rb"MATLAB 5\.0 MAT-file", "a MATLAB file", _EXPORT),
    _unread(rb"<stata_dta>", "a Stata file", _EXPORT),
    _unread(rb"\x00{12}\xc2\xea\x81\x60", "a SAS file", _EXPORT),
    _unread(rb"\$FL[23]@", "an SPSS file", _EXPORT),
    _unread(rb"\x00\x01\x00\x00Standard (?:Jet|ACE) DB", "a Microsoft Access database", _EXPORT),
    _unread(
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00{4}|II\*\x00|MM\x00\*|RIFF.{4}WEBP",
        "a picture",
        _DOWNLOAD,
    ),
    _unread(
        rb"[\x90\x91]\x01\x00\x00(?:[\x20-\x7e]|\x00){32}",
        "a MetaTrader .hst history",
        "export it as CSV in MetaTrader",
    ),
    _unread(rb"\x7fELF|MZ.\x00.\x00{3}|\xca\xfe\xba\xbe|\xfe\xed\xfa", "a program", _DOWNLOAD),
    _unread(
        rb"-----BEGIN PGP MESSAGE|Salted__|age-encryption\.org/|\x8c\x0d\x04",
        "an encrypted file",
        "decrypt it",
    ),
    _unread(rb"bplist00", "an Apple property list", _EXPORT),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file by name, in UTF-16.
_OLE_STREAMS = (
    ("EncryptedPackage", "an Office file with a password", "save it without one"),
    ("Workbook", "an old Excel .xls", "save it as .xlsx or CSV"),
    ("Book", "an old Excel .xls", "save it as .xlsx or CSV"),
    ("WordDocument", "a Word file", _SAVE),
    ("PowerPoint Document", "a PowerPoint file", _SAVE),
)
# A member that tells what a zip archive really is.
DOCUMENTS = (
    ("word/document.xml", "a Word file", _SAVE),
    ("ppt/presentation.xml", "a PowerPoint file", _SAVE),
    ("xl/workbook.bin", "a binary Excel .xlsb", "save it as .xlsx or CSV"),
    ("content.xml", "an OpenDocument file", "save it as .xlsx or CSV"),
    ("Index/Document.iwa", "an Apple Numbers or Pages file", "export it as CSV or .xlsx"),
    ("META-INF/MANIFEST.MF", "a Java archive", _DOWNLOAD),
    ("AndroidManifest.xml", "an Android app", _DOWNLOAD),
)


def recognize(content: bytes) -> Kind:
    """Return what the content is; `Kind.TEXT` when its start says nothing."""
    head = content[:HEAD]
    return next((s.kind for s in READ if s.pattern.match(head)), Kind.TEXT)


def unread_name(content: bytes) -> tuple[str, str] | None:
    """Return the name of a kind that is not read, and what to do; None when it may be text."""
    if content.startswith(_OLE):
        names = ((s, *rest) for s, *rest in _OLE_STREAMS if s.encode("utf-16-le") in content)
        _, name, advice = next(names, ("", "an old Office file", "save it in a newer format"))
        return name, advice
    head = content[:HEAD]
    return next(((u.name, u.advice) for u in UNREAD if u.pattern.match(head)), None)
