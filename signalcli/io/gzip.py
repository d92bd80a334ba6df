"""Unpack gzip files up to a limit, because a small file can expand beyond all memory."""

from __future__ import annotations

import zlib

from signalcli.errors import DataError

LIMIT = 2**31  # bytes
_GZIP = 31  # zlib's window bits for a gzip header and the largest window


def gunzip(content: bytes, where: str, limit: int = LIMIT) -> bytes:
    """Return the content of a gzip file of one or more members.

    Raises DataError when it is no gzip file, cut short, or unpacks to more than ``limit`` bytes.
    """
    out = bytearray()
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
