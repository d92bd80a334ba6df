"""A limit on unpacked bytes, because a small file can expand beyond all memory."""

from __future__ import annotations

from dataclasses import dataclass

from signalcli.errors import DataError

LIMIT = 2**31  # bytes
SMALL = 2**26  # bytes that any file may unpack to
RATIO = 200  # unpacked / packed bytes; tables of numbers stay below 50


@dataclass
class Budget:
    """The bytes that a file may still unpack to, with everything that is packed inside it.

    Parameters
    ----------
    limit : int
        Allowed in all.
    left : int
        Allowed from now on.
    """

    limit: int
    left: int

    @classmethod
    def of(cls, content: bytes, most: int = LIMIT) -> Budget:
        """Return the budget of a packed file: a multiple of its size, at least `SMALL`, at most ``most``."""
        limit = min(most, max(SMALL, RATIO * len(content)))
        return cls(limit, limit)

    def spend(self, size: int, where: str) -> None:
        """Count unpacked bytes. Raises DataError when there are more than allowed."""
        self.left -= size
        if self.left < 0:
            text = f"{where}: more than {self.limit:,} bytes unpacked"
            raise DataError("FILE-LARGE", f"{text}; if that is right, unpack it and name the files in it")
