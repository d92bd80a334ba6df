"""Checks of JSON values: each returns None, or what is wrong as the end of a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], str | None]


def _require(test: Callable[[Any], object], fault: str) -> Check:
    return lambda value: None if test(value) else fault


def integer(low: int, high: int) -> Check:
    """Check for an integer from low to high; true and false are not integers."""
    return _require(
        lambda value: type(value) is int and low <= value <= high,
        f"must be a whole number from {low} to {high}",
    )


def number(low: float, high: float) -> Check:
    """Check for a finite number from low to high."""
    return _require(
        lambda value: type(value) in {int, float} and math.isfinite(value) and low <= value <= high,
        f"must be a number from {low:g} to {high:g}",
    )


def text(pattern: str, longest: int = 200) -> Check:
    """Check for text that matches the whole pattern."""
    return _require(
        lambda value: type(value) is str and len(value) <= longest and re.fullmatch(pattern, value),
        f"must be text of at most {longest} characters like {pattern}",
    )


def optional(inner: Check) -> Check:
    """Check for null or a value that passes ``inner``."""
    return lambda value: None if value is None else inner(value)


def one_of(*allowed: Any) -> Check:
    """Check for one of some values, of exactly the same type."""
    return _require(
        lambda value: any(type(value) is type(a) and value == a for a in allowed),
        f"must be one of {', '.join(map(repr, allowed))}",
    )


def list_of(inner: Check, fewest: int, most: int, *, unique: bool = False) -> Check:
    """Check for a list of ``fewest`` to ``most`` values that pass ``inner``."""

    def check(value: Any) -> str | None:
        if type(value) is not list or not fewest <= len(value) <= most:
            return f"must be a list of {fewest} to {most} values"
        if unique and len({repr(v) for v in value}) < len(value):
            return "contains a value twice"
        return next((f"contains a value that {fault}" for fault in map(inner, value) if fault), None)

    return check


def mapping(inner: Check, most: int) -> Check:
    """Check for an object of at most ``most`` values under plain names."""
    name = text(r"[A-Za-z_][A-Za-z0-9_.-]*")

    def check(value: Any) -> str | None:
        if type(value) is not dict or len(value) > most or any(name(k) for k in value):
            return f"must be an object of at most {most} named values"
        return next((f"{k} {fault}" for k, v in value.items() if (fault := inner(v))), None)

    return check


def record(fields: dict[str, Check]) -> Check:
    """Check for an object with exactly these fields, in this order."""

    def check(value: Any) -> str | None:
        if type(value) is not dict or list(value) != list(fields):
            return f"must be an object with {', '.join(fields)}"
        return next((f"{k} {fault}" for k, inner in fields.items() if (fault := inner(value[k]))), None)

    return check


def parameter_value(value: Any, depth: int = 0) -> str | None:
    """Check for a model parameter: a scalar, or a list or object of scalars, up to four levels deep."""
    if type(value) not in {list, dict}:
        return _check_scalar(value)
    if len(value) > 20_000 or depth > 3:
        return "is too long or too deep"
    if type(value) is dict and any(len(k) > 200 for k in value):
        return "has too long a name"
    inner = value if type(value) is list else value.values()
    return next((fault for v in inner if (fault := parameter_value(v, depth + 1))), None)


def _check_scalar(value: Any) -> str | None:
    if value is None or type(value) in {bool, int}:
        return None
    if type(value) is float and math.isfinite(value):
        return None
    return None if type(value) is str and len(value) <= 200 else "must be a number, a short text, or null"
