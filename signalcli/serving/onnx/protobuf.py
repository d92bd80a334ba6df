"""Protocol-buffer bytes as a list of pieces: fixed bytes, and placeholders of a known size for arrays.

Written by hand, because the loader must be able to build the same pieces again and compare them with a file
byte by byte. So reading a model needs neither a protobuf parser nor the onnx package.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Placeholder(NamedTuple):
    """Space for the ``size`` bytes of the array ``name``."""

    name: str
    size: int


Piece = bytes | Placeholder


def varint(number: int) -> bytes:
    """Variable-length integer: 7 bits a byte, lowest first; negative numbers as 64-bit two's complement."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def integer(field: int, number: int) -> list[Piece]:
    """A field that holds an integer."""
    return [varint(field << 3) + varint(number)]


def text(field: int, value: str) -> list[Piece]:
    """A field that holds text."""
    return message(field, [value.encode()])


def message(field: int, pieces: Sequence[Piece]) -> list[Piece]:
    """A field that holds bytes, or a message made of pieces."""
    return [varint(field << 3 | 2) + varint(total_size(pieces)), *pieces]


def total_size(pieces: Sequence[Piece]) -> int:
    """Length in bytes once the placeholders are filled."""
    return sum(piece.size if isinstance(piece, Placeholder) else len(piece) for piece in pieces)
