"""A grid of characters: the canvas of all pictures in a terminal."""

from __future__ import annotations


class Canvas:
    """Grid of characters, row 0 at the top.

    Parameters
    ----------
    width, height : int
        Columns and rows.
    background : str
        Character of an empty cell.
    """

    def __init__(self, width: int, height: int = 1, background: str = " ") -> None:
        self.cells = [[background] * width for _ in range(height)]

    def draw(self, sign: str, first: int, last: int | None = None, row: int = 0) -> None:
        """Put ``sign`` into columns ``first`` … ``last``, both included; ``last`` defaults to ``first``."""
        end = (first if last is None else last) + 1
        self.cells[row][first:end] = sign * (end - first)

    def lines(self) -> list[str]:
        """Rows as text, without blanks at their end."""
        return ["".join(row).rstrip() for row in self.cells]

    def __str__(self) -> str:
        return "\n".join(self.lines())
