"""Checks of JSON values: each returns what is wrong as the end of a sentence, or None."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], str | None]


def whole(low: int, high: int) -> Check:
    """Whole number in low … high; true and false are none."""

    def check(value: Any) -> str | None:
        fits = type(value) is int and low <= value <= high
        return None if fits else f"must be a whole number from {low} to {high}"

    return check


def number(low: float, high: float) -> Check:
    """Finite number in low … high."""

    def check(value: Any) -> str | None:
        fits = type(value) in {int, float} and math.isfinite(value) and low <= value <= high
        return None if fits else f"must be a number from {low:g} to {high:g}"

    return check


def text(pattern: str, longest: int = 200) -> Check:
    """Text that matches from end to end."""

    def check(value: Any) -> str | None:
        fits = type(value) is str and len(value) <= longest and re.fullmatch(pattern, value)
        return None if fits else f"must be text of at most {longest} characters like {pattern}"

    return check


def optional(inner: Check) -> Check:
    """Null, or what ``inner`` allows."""
    return lambda value: None if value is None else inner(value)


def one_of(*allowed: Any) -> Check:
    """One of some values, of the very type."""

    def check(value: Any) -> str | None:
        fits = any(type(value) is type(a) and value == a for a in allowed)
        return None if fits else f"must be one of {', '.join(map(repr, allowed))}"

    return check


def listing(inner: Check, fewest: int, most: int, *, unique: bool = False) -> Check:
    """List of fewest … most values that ``inner`` allows."""

    def check(value: Any) -> str | None:
        if type(value) is not list or not fewest <= len(value) <= most:
            return f"must be a list of {fewest} to {most} values"
        if unique and len({repr(v) for v in value}) < len(value):
            return "holds a value twice"
        return next((f"holds one that {found}" for found in map(inner, value) if found), None)

    return check


def mapping(inner: Check, most: int) -> Check:
    """Object of at most so many values under names of ours."""
    name = text(r"[A-Za-z_][A-Za-z0-9_.-]*")

    def check(value: Any) -> str | None:
        if type(value) is not dict or len(value) > most or any(name(k) for k in value):
            return f"must be an object of at most {most} named values"
        return next((f"{k} {found}" for k, v in value.items() if (found := inner(v))), None)

    return check


def record(fields: dict[str, Check]) -> Check:
    """Object with exactly these fields in this order."""

    def check(value: Any) -> str | None:
        if type(value) is not dict or list(value) != list(fields):
            return f"must be an object with {', '.join(fields)}"
        return next((f"{k} {found}" for k, inner in fields.items() if (found := inner(value[k]))), None)

    return check


def plain(value: Any, depth: int = 0) -> str | None:
    """What a parameter of a model may be: a scalar, or a list or object of such, a few levels deep."""
    if type(value) not in {list, dict}:
        return _scalar(value)
    if len(value) > 20_000 or depth > 3:
        return "is too long or too deep"
    if type(value) is dict and any(len(k) > 200 for k in value):
        return "has too long a name"
    inner = value if type(value) is list else value.values()
    return next((found for v in inner if (found := plain(v, depth + 1))), None)


def _scalar(value: Any) -> str | None:
    if value is None or type(value) in {bool, int}:
        return None
    if type(value) is float and math.isfinite(value):
        return None
    return None if type(value) is str and len(value) <= 200 else "must be a number, a short text, or null"
