"""What the user says about a file where recognition fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from signalcli.data.sources.csv.header.fields import FIELDS
from signalcli.errors import UsageError, nearest, printable


@dataclass(frozen=True)
class Hints:
    """Options of a file.

    Parameters
    ----------
    date_format : str or None
        strptime format of the dates; a time that it leaves out is recognized.
    columns : dict of str to str
        Field → name of its column, or its 1-based position.
    no_header : bool
        The first line is a bar.
    """

    date_format: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    no_header: bool = False


def parse_columns(pairs: Sequence[str]) -> dict[str, str]:
    """Return field → column of texts such as ``date=Zeit``. Raises UsageError."""
    columns = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or name not in FIELDS:
            near = f"{nearest(name, FIELDS, 1)}={column or 'NAME'}"
            text = f"--columns {printable(pair)}: must be FIELD=COLUMN; did you mean {printable(near)}?"
            raise UsageError("OPTION-VALUE", text)
        columns[name] = column
    return columns
