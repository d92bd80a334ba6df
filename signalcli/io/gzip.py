"""Unpack gzip files up to a limit, because a small file can expand beyond all memory."""

from __future__ import annotations

import zlib

from signalcli.errors import DataError

LIMIT = 2**31  # bytes
SMALL = 2**26  # bytes that any file may unpack to
RATIO = 200  # unpacked / packed bytes; tables of numbers stay below 50
MAGIC = b"\x1f\x8b"  # first bytes of a gzip file
_GZIP = 31  # zlib's window bits for a gzip header and the largest window


def unpack(content: bytes, where: str) -> bytes:
    """Return the content, unpacked if it is a gzip file, whatever its name says. Raises DataError."""
    return gunzip(content, where) if content.startswith(MAGIC) else content


def gunzip(content: bytes, where: str, limit: int = LIMIT) -> bytes:
    """Return the content of a gzip file of one or more members.

    Raises DataError when it is no gzip file, cut short, or unpacks to more than ``limit`` bytes, or to so
    many times its size that it must be a trap.
    """
    out = bytearray()
    limit = min(limit, max(SMALL, RATIO * len(content)))
    while content:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            out += unpacker.decompress(content, limit + 1 - len(out))
        except zlib.error as error:
            raise DataError("CSV-GZIP", f"{where}: not a gzip file: {error}") from error
        if len(out) > limit:
            raise DataError("CSV-GZIP", f"{where}: more than {limit:,} bytes unpacked; unpack it yourself")
        if not unpacker.eof:
            raise DataError("CSV-GZIP", f"{where}: the gzip file is cut short")
        content = unpacker.unused_data
    return bytes(out)
