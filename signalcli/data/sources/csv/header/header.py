"""What the header of a file says: which column is what, for each symbol that stands side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from signalcli.data.sources.csv.header.fields import Fields


@dataclass(frozen=True)
class Header:
    """The columns of a file.

    Parameters
    ----------
    names : tuple of str
        Name of each column, empty without one.
    fields : dict of str to int
        Columns that all rows share, such as date: field → position.
    symbols : dict of str to Fields
        Columns of each symbol side by side; empty when the file has one row for each symbol and date.
    line : int
        0-based line of the names among the first lines of the file; -1 without a header.
    rows : int
        Lines from there to the first bar.
    delimiter : str
        Delimiter of the cells.
    """

    names: tuple[str, ...]
    fields: Fields
    symbols: dict[str, Fields] = field(default_factory=dict)
    line: int = 0
    rows: int = 1
    delimiter: str = ","

    @property
    def given(self) -> bool:
        """Whether the file has a header."""
        return self.line >= 0


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Return cells without the empty ones at the end that a closing delimiter makes."""
    last = max((i for i, cell in enumerate(cells) if cell.strip()), default=-1)
    return tuple(cells[: last + 1])
