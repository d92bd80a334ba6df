"""Examples of a help text, folded where they are wider than the terminal; they can still be copied."""

from __future__ import annotations

import re

PROGRAM = "signalcli "
CONTINUED = " \\"
INDENT = "    "
_PIECES = re.compile(r" (?=[|>] |--?[a-z])")  # a line is broken before a pipe, a redirection or an option


def fold_examples(text: str, width: int) -> str:
    """The text with each example wider than ``width`` on several lines, joined by backslashes for a shell."""
    return "\n".join(_folded(line, width) for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    start = line[: len(line) - len(line.lstrip())]
    if len(line) <= width or not line.lstrip().startswith(PROGRAM):
        return line
    first, *pieces = _PIECES.split(line)
    lines = [first]
    for piece in pieces:
        if len(f"{lines[-1]} {piece}{CONTINUED}") <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(f"{start}{INDENT}{piece}")
    return f"{CONTINUED}\n".join(lines)
