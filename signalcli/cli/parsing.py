"""``--set model.param=value`` and ``NAME=VALUE`` to arguments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

from signalcli.errors import UsageError, printable

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "wk": "weeks"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}


def parse_settings(texts: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Arguments by model; a setting without a model goes to every one of ``names``.

    Values are numbers, true, false, none, or text; a comma makes a tuple. Raises UsageError.
    """
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        owner, dot, parameter = key.strip().rpartition(".")
        if not equals or not parameter or (dot and not owner):
            raise UsageError(
                "OPTION-VALUE", f"--set {printable(text)}: must be MODEL.PARAM=VALUE, as lstm.units=64"
            )
        for name in [owner] if dot else names:
            found.setdefault(name, {})[parameter] = parse_value(value)
    return found


def named_value(option: str, text: str, known: Collection[str]) -> tuple[str, Any]:
    """Name and value of ``NAME=VALUE``. Raises UsageError, with the nearest name, for one nobody knows."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or name not in known:
        near = get_close_matches(name, known, n=1) or list(known)
        raise UsageError(
            "OPTION-VALUE",
            f"{option} {printable(text)}: must be NAME=VALUE; did you mean {', '.join(near)}?",
        )
    return name, parse_value(value)


def parse_value(text: str) -> Any:
    """Number, word or text; ``64,32`` is a tuple of two."""
    text = text.strip()
    if "," in text and "(" not in text:
        return tuple(parse_value(part) for part in text.split(",") if part.strip())
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def names_of(text: str) -> tuple[str, ...]:
    """Comma-separated names, each once, in order."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def duration(option: str, text: str) -> dt.timedelta:
    """Time span of text such as ``30d``, ``12h`` or ``4wk``. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,6})(m|h|d|wk)", text)
    if not found:
        raise UsageError("OPTION-VALUE", f"{option} {printable(text)}: must be as 30d, 12h or 4wk")
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})
