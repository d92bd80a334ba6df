"""Width of a text before it is drawn, in letters of mean width: some letters take the room of two."""

from __future__ import annotations

import unicodedata

BROAD = frozenset("mwMW@%—")  # half as wide again as the mean
CAPITAL = 1.2


def text_width(text: str) -> float:
    """Width of a text in letters of mean width; East Asian letters count two, marks above a letter none."""
    return sum(_letter_width(letter) for letter in text)


def cut(text: str, most: float) -> str:
    """The text, or as much of its beginning as is ``most`` letters wide with an ellipsis."""
    if text_width(text) <= most:
        return text
    kept, room = "", most - text_width("…")
    for letter in text:
        room -= _letter_width(letter)
        if room < 0:
            break
        kept += letter
    return f"{kept}…"


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 2.0
    return 1.5 if letter in BROAD else CAPITAL if letter.isupper() else 1.0
