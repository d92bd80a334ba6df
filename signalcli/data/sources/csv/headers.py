"""Find the header of a bars file and map its column names to ours."""

from __future__ import annotations

import re

from signalcli.errors import DataError, printable, shortened
from signalcli.io.csv import split_cells
from signalcli.schemas import PRICES

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
DELIMITERS = ",;\t|"
_BANNER = 10  # most lines above the header
_SUFFIXED = re.compile(r"^(open|high|low|close|adj close|volume)[-_. ](?P<symbol>\S+)$", re.IGNORECASE)


def normalize(name: str) -> str:
    """Return a name in lower case with underscores: ``<Adj Close>`` and ``adj-close`` are ``adj_close``."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def blank_banner(content: bytes) -> bytes:
    """Return the content with the lines above the header blanked, so that lines keep their numbers.

    The header is the first line that names open, high, low and close; without one, nothing is blanked.
    """
    lines = content.split(b"\n", _BANNER)
    for number, line in enumerate(lines[:_BANNER]):
        text = line.decode("utf-8", "replace")
        names = {normalize(cell) for cell in split_cells(text, delimiter_of(text))}
        if all(names & set(ALIASES[price]) for price in PRICES):
            return b"\n" * number + b"\n".join(lines[number:]) if number else content
    return content


def delimiter_of(line: str) -> str:
    """Return the delimiter that occurs most often in a header."""
    return max(DELIMITERS, key=line.count)


def common_suffix(names: list[str], where: str) -> str | None:
    """Return the symbol at the end of every price column, as in ``Close-SPY``, or None.

    ``Open Interest`` beside ``Open`` is no symbol. Raises DataError for columns of several symbols.
    """
    if set(PRICES) <= {normalize(name) for name in names}:
        return None
    columns: dict[str, set[str]] = {}
    for match in filter(None, map(_SUFFIXED.match, names)):
        columns.setdefault(match["symbol"], set()).add(normalize(match[1]))
    symbols = sorted(symbol for symbol, own in columns.items() if set(PRICES) <= own)
    if len(symbols) > 1:
        raise DataError(
            "BARS-COLUMNS",
            f"{where}:1: {len(symbols)} symbols side by side ({shortened(symbols)}); "
            "expected one row for each symbol and date",
        )
    return symbols[0] if symbols else None


def find_columns(names: list[str]) -> dict[str, str]:
    """Return our name for each known column."""
    mapping: dict[str, str] = {}
    by_alias = {normalize(name): name for name in names}
    for ours, aliases in ALIASES.items():
        match = next((by_alias[alias] for alias in aliases if alias in by_alias), None)
        if match is not None:
            mapping[match] = ours
    return mapping


def map_columns(names: list[str], where: str) -> dict[str, str]:
    """Return our name for each known column. Raises DataError when the date or a price is missing."""
    mapping = find_columns(names)
    missing = {"date", *PRICES} - set(mapping.values())
    if missing:
        raise DataError(
            "BARS-COLUMNS",
            f"{where}:1: no column for {', '.join(sorted(missing))} among {printable(', '.join(names))}",
        )
    return mapping
