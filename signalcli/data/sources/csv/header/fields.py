"""Map the cells of a header to our fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from signalcli.data.sources.csv.header.names import fold, normalize, spellings
from signalcli.data.sources.csv.header.words import LANGUAGES
from signalcli.schemas import PRICES

Fields = dict[str, int]  # field → position of its column
FIELDS = ("date", "time", "symbol", *PRICES, "volume", "adj_close", "split")
NUMBERS = (*PRICES, "volume", "adj_close", "split")
AVERAGES = {
    "ma",
    "sma",
    "ema",
    "average",
    "avg",
    "change",
    "chg",
    "delta",
    "profile",
    "oscillator",
    "weighted",
}


class Rank(NamedTuple):
    """How certain it is that a column is a field; the least is the most certain."""

    spelling: int
    word: int


def _ranked(field: str) -> dict[str, int]:
    """Rank each word of a field: words of all languages, the first of each language before the second."""
    rows = zip_longest(*(language.get(field, ()) for language in LANGUAGES[1:]))
    words = [*LANGUAGES[0].get(field, ()), *(word for row in rows for word in row if word is not None)]
    return {word: rank for rank, word in reversed(list(enumerate(map(normalize, words))))}


WORDS = {field: _ranked(field) for field in FIELDS}


def field_of(name: str, field: str) -> Rank | None:
    """Return how certain a name means the field, or None."""
    words = WORDS[field]
    ranks = (Rank(level, words[key]) for level, key in enumerate(spellings(name)) if key in words)
    return next(ranks, None)


def match_fields(names: Sequence[str]) -> Fields:
    """Return the position of each field that the names of a header have.

    Of several columns the one with the most certain name is taken, and of equally certain ones the first.
    """
    fields: Fields = {}
    named = [(i, name) for i, name in enumerate(names) if not _is_capital_twin(name, names)]
    for field in FIELDS:
        ranks = [(rank, i) for i, name in named if (rank := field_of(name, field)) is not None]
        free = [(rank, i) for rank, i in ranks if i not in fields.values()]
        if free:
            fields[field] = min(free)[1]
    if "volume" not in fields:
        fields |= _volume_of_unit(names, fields)
    return fields


def _is_capital_twin(name: str, names: Sequence[str]) -> bool:
    """Return whether a name is one capital letter whose small one is a name, too: ``T`` beside ``t``."""
    return len(name) == 1 and name.isupper() and name.lower() in names


def volume_columns(names: Sequence[str]) -> list[int]:
    """Return the columns with a name of volume, the most certain first."""
    ranks = [(rank, i) for i, name in enumerate(names) if (rank := field_of(name, "volume")) is not None]
    return [i for _, i in sorted(ranks)]


def _volume_of_unit(names: Sequence[str], fields: Fields) -> Fields:
    """Return the first column such as ``Volume BTC``: volume in units of the base comes before the quote."""
    return next(({"volume": i} for i, _ in _unit_volumes(names) if i not in fields.values()), {})


def base_volume(names: Sequence[str], symbols: Iterable[str]) -> Fields:
    """Return the column such as ``Volume BTC`` with whose unit the symbol begins: ``BTC/USD``."""
    symbol = fold(next(iter(symbols), "").strip())
    columns = _unit_volumes(names) if all(field_of(name, "volume") is None for name in names) else []
    return next(({"volume": i} for i, unit in columns if symbol.startswith(unit)), {})


def _unit_volumes(names: Sequence[str]) -> list[tuple[int, str]]:
    parts = [(i, *normalize(name).partition("_")[::2]) for i, name in enumerate(names)]
    return [
        (i, unit)
        for i, word, unit in parts
        if word in {"volume", "vol", "volumen"} and unit and unit not in AVERAGES
    ]


def repeated_fields(names: Sequence[str], fields: Fields) -> list[str]:
    """Return the fields whose very name another column has, too: ``close`` and ``Close``."""
    keys = [normalize(name) if not _is_capital_twin(name, names) else name for name in names]
    named = {f: keys[i] for f, i in fields.items() if f != "time" and field_of(names[i], f) is not None}
    return sorted(field for field, key in named.items() if key and keys.count(key) > 1)


def has_prices(fields: Fields) -> bool:
    """Return whether all four prices have a column."""
    return all(price in fields for price in PRICES)
