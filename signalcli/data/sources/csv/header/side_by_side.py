"""Columns of several symbols, or kinds of price, side by side: ``Close-SPY``, ``AAPL.Close``, tuples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from signalcli.data.sources.csv.header.fields import NUMBERS, Fields, field_of, has_prices, match_fields
from signalcli.data.sources.csv.header.names import normalize

_TUPLE = re.compile(r"""^\(\s*(['"])(?P<first>.*?)\1\s*,\s*(['"])(?P<second>.*?)\3\s*\)$""")
_PRICE_KINDS = ("trade", "trades", "last", "mid", "", "unadj", "raw", "adj", "adjusted", "bid", "ask")
Part = tuple[str, str]  # name of a field, symbol


def split_names(names: Sequence[str]) -> dict[str, Fields]:
    """Return the columns of each symbol in names that hold both field and symbol; empty without any.

    Columns that name a kind of price instead of a symbol, such as ``mid.c`` or ``Bid Close``, are one set
    without a symbol: the first kind of trade, mid, bid, ask.
    """
    if has_prices(match_fields(names)):
        return {}
    for splitter in (_tuples, _field_first, _field_last):
        found = _complete(splitter, names)
        if found:
            return _without_kinds(found)
    return {}


def group_columns(fields: Sequence[str], symbols: Sequence[str]) -> dict[str, Fields]:
    """Return the columns of each symbol when one row of a header names fields and another symbols."""
    columns: dict[str, list[int]] = {}
    for i, symbol in enumerate(symbols):
        columns.setdefault(symbol.strip(), []).append(i)
    columns.pop("", None)
    return {
        s: own
        for s, at in columns.items()
        if has_prices(own := _at(match_fields([fields[i] for i in at]), at))
    }


def _at(fields: Fields, positions: Sequence[int]) -> Fields:
    return {name: positions[i] for name, i in fields.items() if name in NUMBERS}


def _complete(splitter: object, names: Sequence[str]) -> dict[str, Fields]:
    """Return the columns of each symbol that has all four prices."""
    columns: dict[str, dict[int, str]] = {}
    for i, name in enumerate(names):
        for part, symbol in splitter(name.strip()):  # type: ignore[operator]
            columns.setdefault(symbol, {})[i] = part
    groups = {s: _at(match_fields(list(own.values())), list(own)) for s, own in columns.items()}
    return {symbol: fields for symbol, fields in groups.items() if has_prices(fields)}


def _tuples(name: str) -> Iterator[Part]:
    if match := _TUPLE.match(name):
        first, second = match["first"], match["second"]
        yield from ((first, second), (second, first))


def _field_first(name: str) -> Iterator[Part]:
    yield from (
        (name[: m.start()], name[m.end() :])
        for m in re.finditer(r"[-_. /:|]+", name)
        if _is_field(name[: m.start()])
    )


def _field_last(name: str) -> Iterator[Part]:
    yield from (
        (name[m.end() :], name[: m.start()])
        for m in re.finditer(r"[-_. /:|]+", name)
        if _is_field(name[m.end() :])
    )


def _is_field(text: str) -> bool:
    return bool(text) and any(field_of(text, field) is not None for field in NUMBERS)


def _without_kinds(found: dict[str, Fields]) -> dict[str, Fields]:
    """Return the symbols, or the first kind of price where all of them are kinds."""
    kinds = {normalize(symbol): fields for symbol, fields in found.items()}
    if set(kinds) <= set(_PRICE_KINDS):
        first = min(kinds, key=_PRICE_KINDS.index)
        return {"": kinds[first]}
    return {symbol: fields for symbol, fields in found.items() if normalize(symbol) not in _PRICE_KINDS}
