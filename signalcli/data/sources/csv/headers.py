"""Where the header of a bars file is, and which of our columns each of its names means."""

from __future__ import annotations

import re

from signalcli.errors import DataError, printable
from signalcli.io.csv import cells_of

ALIASES = {
    "symbol": ("symbol", "ticker", "name", "code", "instrument"),
    "date": ("date", "datetime", "time", "timestamp", "date_time", "gmt_time", "local_time", "unix", ""),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c", "last"),
    "volume": ("volume", "vol", "v"),
    "adj_close": ("adj_close", "adjusted_close", "adjclose", "close_adj"),
    "split": ("split", "stock_splits", "split_ratio", "split_coefficient"),
}
PRICES = ("open", "high", "low", "close")
DELIMITERS = ",;\t|"
_BANNER = 10  # lines at the most above the header
_SUFFIXED = re.compile(r"^(open|high|low|close|adj close|volume)[-_. ](?P<symbol>\S+)$", re.IGNORECASE)


def plain(name: str) -> str:
    """``<Adj Close>`` and ``adj-close`` are ``adj_close``."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def without_banner(content: bytes) -> bytes:
    """The text with what stands above the header blanked, so that lines keep their numbers.

    A header is the first line that names open, high, low and close; where there is none, nothing is blanked.
    """
    lines = content.split(b"\n", _BANNER)
    for number, line in enumerate(lines[:_BANNER]):
        text = line.decode("utf-8", "replace")
        names = {plain(cell) for cell in cells_of(text, delimiter_of(text))}
        if all(names & set(ALIASES[price]) for price in PRICES):
            return b"\n" * number + b"\n".join(lines[number:]) if number else content
    return content


def delimiter_of(line: str) -> str:
    """The delimiter that stands most often in a header."""
    return max(DELIMITERS, key=line.count)


def suffix(names: list[str], where: str) -> str | None:
    """Symbol that every price column carries, as in ``Close-SPY``; None where the prices carry none.

    An ``Open Interest`` beside an ``Open`` is no symbol. Raises DataError for several symbols side by side.
    """
    if set(PRICES) <= {plain(name) for name in names}:
        return None
    found: dict[str, set[str]] = {}
    for match in filter(None, map(_SUFFIXED.match, names)):
        found.setdefault(match["symbol"], set()).add(plain(match[1]))
    whole = sorted(symbol for symbol, columns in found.items() if set(PRICES) <= columns)
    if len(whole) > 1:
        raise DataError(
            "BARS-COLUMNS",
            f"{where}:1: {len(whole)} symbols side by side ({printable(', '.join(whole[:5]))}); "
            "bars are long: one row a symbol and date",
        )
    return whole[0] if whole else None


def canonical(names: list[str], where: str) -> dict[str, str]:
    """Our name for each column that has one; DataError when a price or the date has none."""
    found: dict[str, str] = {}
    known = {plain(name): name for name in names}
    for ours, theirs in ALIASES.items():
        match = next((known[alias] for alias in theirs if alias in known), None)
        if match is not None:
            found[match] = ours
    missing = {"date", *PRICES} - set(found.values())
    if missing:
        raise DataError(
            "BARS-COLUMNS",
            f"{where}:1: no column for {', '.join(sorted(missing))} among {printable(', '.join(names))}",
        )
    return found
