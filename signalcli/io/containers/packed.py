"""Unpack gzip, bzip2, xz and zstd within a budget."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any

from signalcli.errors import DataError
from signalcli.io.containers.budget import Budget
from signalcli.io.containers.signatures import PACKED, Kind, recognize

MOST_LAYERS = 4  # a file packed more often than that is a trap
_GZIP = 31  # zlib's window bits for a gzip header and the largest window
_XZ_MEMORY = 2**30  # bytes; the header of a file decides how much its reader needs

Unpacker = Any  # with decompress(data, limit), eof, unused_data


def unpack(content: bytes, where: str, budget: Budget | None = None) -> bytes:
    """Return the content without its packing, if it has one, whatever the name says.

    Raises DataError when it is damaged, cut short, or larger than the budget.
    """
    kind, layers = recognize(content), 0
    budget = budget or Budget.of(content)
    while kind in PACKED:
        layers += 1
        if layers > MOST_LAYERS:
            raise DataError(
                "FILE-LARGE", f"{where}: packed more than {MOST_LAYERS} times; unpack it yourself"
            )
        content = _unpack_once(content, kind, where, budget)
        kind = recognize(content)
    return content


def damaged(where: str, kind: Kind, reason: object = "") -> DataError:
    """Return the error of a file that breaks its own format."""
    detail = f" ({reason})" if str(reason) else ""
    return DataError(
        "FILE-DAMAGED", f"{where}: the {kind.value} file is damaged or cut short{detail}; get it again"
    )


def _unpack_once(content: bytes, kind: Kind, where: str, budget: Budget) -> bytes:
    try:
        if kind is Kind.ZSTD:
            out = _unpack_zstd(content, budget.left + 1)
        else:
            out = _unpack_members(content, _UNPACKERS[kind], budget.left + 1)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise damaged(where, kind) from error
    budget.spend(len(out), where)
    return out


def _unpack_members(content: bytes, unpacker: Callable[[], Unpacker], most: int) -> bytes:
    """Return the joined members, at most ``most`` bytes. Raises EOFError when the last one is cut short."""
    out = bytearray()
    while content and len(out) < most:
        one = unpacker()
        out += one.decompress(content, most - len(out))
        if not one.eof and len(out) < most:
            raise EOFError
        content = one.unused_data.lstrip(b"\0")  # tapes and block devices pad with zeros
    return bytes(out)


def _unpack_zstd(content: bytes, most: int) -> bytes:
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
        return stream.read(most)


_UNPACKERS: dict[Kind, Callable[[], Unpacker]] = {
    Kind.GZIP: lambda: zlib.decompressobj(_GZIP),
    Kind.BZIP2: bz2.BZ2Decompressor,
    Kind.XZ: lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY),
}
