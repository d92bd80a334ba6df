"""Protocol-buffer bytes as pieces: what is fixed, and holes of a known size for the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Hole(NamedTuple):
    """Room for ``size`` bytes of the array ``name``."""

    name: str
    size: int


Piece = bytes | Hole


def varint(number: int) -> bytes:
    """Seven bits a byte, lowest first; negative numbers as 64-bit two's complement."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def integer(field: int, number: int) -> list[Piece]:
    """A field that holds a whole number."""
    return [varint(field << 3) + varint(number)]


def text(field: int, value: str) -> list[Piece]:
    """A field that holds text."""
    return message(field, [value.encode()])


def message(field: int, pieces: Sequence[Piece]) -> list[Piece]:
    """A field that holds bytes or a message made of pieces."""
    return [varint(field << 3 | 2) + varint(size(pieces)), *pieces]


def size(pieces: Sequence[Piece]) -> int:
    """Length in bytes once the holes are filled."""
    return sum(piece.size if isinstance(piece, Hole) else len(piece) for piece in pieces)
