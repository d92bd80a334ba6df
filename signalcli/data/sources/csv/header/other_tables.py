"""Tables of a market that hold no bars: trades, quotes, order books, single prices; and what helps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from signalcli.data.sources.csv.dates.looks import is_date
from signalcli.data.sources.csv.header.fields import Fields
from signalcli.data.sources.csv.header.names import normalize

_AGGREGATE = "aggregate them to open, high, low and close first"
_BOOK = ("px_00", "price_0", "level", "asks_0", "bids_0", "bidsize2", "ask_1", "asks", "bids")
_SIZES = {"size", "amount", "qty", "quantity", "volume", "vol", "side", "aggressor_side", "trade_id", "tid"}
_TRADED = {"price", "trade_price", "last", "px", "rate"}
_SYMBOL = re.compile(r"\^?[A-Z0-9]{1,10}(?:[.=/-][A-Z0-9]{1,6})?")
_FEWEST = 5  # cells of a bar: a date and four prices


def name_other_table(names: Sequence[str], known: Fields) -> str | None:
    """Return what a table without all four prices is, and what to do; None when its names do not tell."""
    if {"open", "high", "low"} & set(known):
        return None
    keys = [normalize(name) for name in names]
    sides = [any(side in key for key in keys) for side in ("bid", "ask")]
    if any(sides) and any(mark in key for key in keys for mark in _BOOK):
        return f"levels of an order book, not bars; {_AGGREGATE}"
    if all(sides):
        return f"quotes (bid and ask), not bars; {_AGGREGATE}"
    if set(keys) & _TRADED and set(keys) & _SIZES:
        return f"single trades (price and size), not bars; {_AGGREGATE}"
    return None


def single_price(names: Sequence[str], known: Fields) -> int | None:
    """Return the column of the only price of each date, or of the first symbol where each has one column."""
    if {"open", "high", "low"} & set(known) or "date" not in known:
        return None
    others = [i for i, name in enumerate(names) if i not in known.values() and name.strip()]
    if "close" in known:
        return known["close"]
    alike = len(others) == 1 or all(_SYMBOL.fullmatch(names[i].strip()) for i in others)
    return others[0] if others and alike else None


def name_bare_table(cells: Sequence[str]) -> str | None:
    """Return what a first line that is no header holds when it has a date and too few cells for a bar."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) >= _FEWEST or not any(map(is_date, filled)):
        return None
    return f"no header line, and {len(filled)} columns; a bar has a date, open, high, low and close"
