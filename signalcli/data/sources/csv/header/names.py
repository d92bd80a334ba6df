"""Fold a column name, so that spellings of the same word compare equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_DIRECTIVE = re.compile(r"^[$@]format\s+", re.IGNORECASE)  # $FORMAT Ticker, Date_YMD
_NUMBER = re.compile(r"^\d{1,2}[a-z]?\s*[.)]\s*")  # 1. open, 1a. open (USD)
_UNIT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def fold(text: str) -> str:
    """Return text without case, accents and forms of letters: ``Eröffnung`` is ``eroffnung``."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in parts if not unicodedata.combining(c))


def normalize(name: str) -> str:
    """Return a folded name with underscores: ``<Adj Close>`` and ``adj-close`` are ``adj_close``."""
    return re.sub(r"\W+", "_", fold(name)).strip("_")


@lru_cache(maxsize=4096)
def spellings(name: str) -> tuple[str, ...]:
    """Return the normalized name, then shorter ones that it may stand for, the most certain first.

    ``1. open`` may be ``open``, ``Close/Last`` ``close``, ``openPrice`` ``open_price``, ``Price (USD)`` and
    ``Price - USD`` ``price``.
    """
    bare = _UNIT.sub(" ", _NUMBER.sub("", _DIRECTIVE.sub("", name))).strip()
    forms = [name, bare, _CAMEL.sub("_", bare), *bare.split("/"), bare.partition(" - ")[0]]
    keys = [key for form in forms if (key := normalize(form))]
    return tuple(dict.fromkeys(keys)) or (name.strip(),)
