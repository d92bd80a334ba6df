"""Text whose cells stand between single quotes → text with double quotes around them."""

from __future__ import annotations

import re

_HEAD = 4096  # bytes that show whether double quotes are used
_QUOTED = re.compile(rb"(?:(?<=[,;|\t\n])|\A)'((?:[^'\n]|'')*)'(?=[,;|\t\r\n]|\Z)")


def with_double_quotes(content: bytes) -> bytes:
    """Return CSV with double quotes around the cells that single ones enclose.

    A cell is enclosed if one quote follows a separator and the other precedes one, so the mark of a
    spreadsheet (``'600000``) and thousands (``1'234``) stay. A file with double quotes is returned as it is.
    """
    if b"'" not in content or b'"' in content[:_HEAD]:
        return content
    return _QUOTED.sub(lambda cell: b'"' + _inner(cell[1]) + b'"', content)


def _inner(text: bytes) -> bytes:
    """Return the text of a cell with the quotes doubled that CSV has doubled there."""
    return text.replace(b"''", b"'").replace(b'"', b'""')
