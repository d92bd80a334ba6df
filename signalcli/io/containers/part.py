"""The tables in a file, before their columns are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa


IsWord = Callable[[str], bool]


def never(_cell: str) -> bool:
    """Return that a cell is no word to expect."""
    return False


@dataclass(frozen=True)
class Selection:
    """Which table of a file is read, and how its text is recognized.

    Parameters
    ----------
    table : str or None
        A table of a database, a sheet of a workbook, a file of an archive; None for all.
    query : str or None
        SQL that a database is asked instead.
    is_word : callable or None
        Whether a cell is a word to expect in a text, which tells its encoding. None when text must be UTF-8.
    """

    table: str | None = None
    query: str | None = None
    is_word: IsWord | None = never


class Content(NamedTuple):
    """What a table is made of: text in UTF-8, or typed columns; and lines about how it was read."""

    body: bytes | pa.Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A table in a file.

    Parameters
    ----------
    name : str or None
        Its own name in an archive, a workbook or a database; None when the file is the table.
    where : str
        Its name in messages.
    read : callable
        Reads it. Raises DataError.
    """

    name: str | None
    where: str
    read: Callable[[], Content]
