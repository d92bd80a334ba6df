"""Path data of SVG in few letters: steps of tenths of a pixel instead of positions."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_LINES = frozenset("MLz")


def compact(path: str) -> str:
    """Return path data of lines with relative coordinates, rounded to a tenth of a pixel.

    Errors do not add up: each step leads to the rounded position. A path with curves keeps its positions.
    """
    tokens = _TOKEN.findall(path)
    if not {t for t in tokens if t.isalpha()} <= _LINES:
        return " ".join(t if t.isalpha() else _tenths(round(10 * float(t))) for t in tokens)
    return "".join(_steps(tokens))


def _steps(tokens: list[str]) -> Iterator[str]:
    """Absolute starts, then steps; a step of nothing is left out."""
    x = y = 0
    previous, k = "", 0
    while k < len(tokens):
        command = tokens[k] if tokens[k].isalpha() else previous
        k += tokens[k].isalpha()
        if command == "z":
            yield command
            previous = command
            continue
        to_x, to_y = (round(10 * float(t)) for t in tokens[k : k + 2])
        k += 2
        if command == "M":
            yield f"M{_pair(to_x, to_y)}"
        elif (to_x, to_y) != (x, y):
            yield f"{'' if previous == 'L' else 'l'}{_pair(to_x - x, to_y - y, first=previous != 'L')}"
        else:
            command = previous
        x, y, previous = to_x, to_y, command


def _pair(x: int, y: int, *, first: bool = True) -> str:
    """Two numbers; a minus sign separates as well as a space."""
    pair = "".join(f"{'' if text[0] == '-' else ' '}{text}" for text in map(_tenths, (x, y)))
    return pair.lstrip() if first else pair


def _tenths(value: int) -> str:
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
