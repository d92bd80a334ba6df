"""Which data sets in a ledger are the same market: three tables beside the fits.

``datasets`` gives the market of each data set, ``patterns`` the patterns of each market, and ``markets`` its
span and the luck of its trials. A data set joins the markets with which it shares patterns; when it connects
several, these become one. So every edit of a file leads back to the trials on the file before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from signalcli.tracking import luck
from signalcli.tracking.market_patterns import Patterns

LEAST = 2  # patterns without which a data set has no market
SHARE = 0.02  # of the patterns in the common span that must be shared, and at least:
NEAR, SHARED_NEAR, SHARED_FAR = 7, 2, 3  # where the dates differ by at most 7 days; by more
SHORT, SHARED_SHORT = 50, 1  # where they differ by at most 7 days and fewer than 50 patterns are in the span
TABLES = (
    "create table if not exists datasets (data_hash text primary key, market integer) without rowid",
    (
        "create table if not exists patterns "
        "(code integer, day integer, market integer, primary key (code, day, market)) without rowid"
    ),
    (
        "create table if not exists markets "
        "(market integer primary key, first integer, last integer, luck blob)"
    ),
    "create index if not exists by_market on datasets (market)",
)


class Dataset(NamedTuple):
    """The data of one symbol: its patterns, and the luck of the trials on it (`luck.draw`)."""

    patterns: Patterns
    luck: np.ndarray


def create(ledger: sqlite3.Connection) -> None:
    """Create the tables where they are missing."""
    for table in TABLES:
        ledger.execute(table)


def exist(ledger: sqlite3.Connection) -> bool:
    """Whether the ledger has these tables; one of an older version does not."""
    query = "select count(*) from sqlite_master where name in ('datasets', 'patterns', 'markets')"
    return bool(ledger.execute(query).fetchone()[0] == 3)


def refuse_lost(ledger: sqlite3.Connection) -> None:
    """Raise sqlite3.DataError for a data set of a market that has no entry: its trials would not be found."""
    query = "select market from datasets where market not in (select market from markets) limit 1"
    for (market,) in ledger.execute(query):
        raise sqlite3.DataError(f"market {market} has data sets and no entry")


def add(ledger: sqlite3.Connection, datasets: Mapping[str, Dataset]) -> None:
    """Put data sets, by their hash, into their markets; those with too few patterns stay outside."""
    for data_hash, dataset in datasets.items():
        market = _known_market(ledger, data_hash)
        if market is None and len(dataset.patterns.codes) >= LEAST:
            market = _place(ledger, dataset.patterns)
            ledger.execute("insert into datasets values (?, ?)", (data_hash, market))
        if market is not None:
            add_luck(ledger, market, dataset.luck)


def add_luck(ledger: sqlite3.Connection, market: int, sketch: np.ndarray) -> None:
    """Join the luck of further trials to that of a market."""
    joined = luck.join([luck_of(ledger, [market]), sketch])
    ledger.execute("update markets set luck = ? where market = ?", (luck.to_bytes(joined), market))


def luck_of(ledger: sqlite3.Connection, markets: Iterable[int]) -> np.ndarray:
    """The joined luck of the trials of markets."""
    query = "select luck from markets where market = ?"
    found = (ledger.execute(query, (market,)).fetchone() for market in markets)
    return luck.join([luck.from_bytes(row[0]) for row in found if row])


def _known_market(ledger: sqlite3.Connection, data_hash: str) -> int | None:
    row = ledger.execute("select market from datasets where data_hash = ?", (data_hash,)).fetchone()
    return int(row[0]) if row else None


def _place(ledger: sqlite3.Connection, patterns: Patterns) -> int:
    """The market of new data: one that it matches, several joined into one, or a new one."""
    matches = find(ledger, patterns)
    market = matches[0] if matches else _new_market(ledger)
    for other in matches[1:]:
        _merge(ledger, market, other)
    days = [int(day) for day in patterns.days]
    rows = [(int(code), day, market) for code, day in zip(patterns.codes, days, strict=True)]
    ledger.executemany("insert or ignore into patterns values (?, ?, ?)", rows)
    _widen(ledger, market, min(days), max(days))
    return market


def _new_market(ledger: sqlite3.Connection) -> int:
    return int(ledger.execute("insert into markets default values returning market").fetchone()[0])


def _widen(ledger: sqlite3.Connection, market: int, first: int, last: int) -> None:
    query = (
        "update markets set first = min(ifnull(first, :first), :first), "
        "last = max(ifnull(last, :last), :last) where market = :market"
    )
    ledger.execute(query, {"first": first, "last": last, "market": market})


def _span(ledger: sqlite3.Connection, market: int) -> tuple[int, int]:
    """First and last day of a market that has patterns. Raises sqlite3.DataError without them."""
    row = ledger.execute("select first, last from markets where market = ?", (market,)).fetchone()
    if row is None or None in row:
        raise sqlite3.DataError(f"market {market} has patterns and no days")
    return row[0], row[1]


def _merge(ledger: sqlite3.Connection, market: int, other: int) -> None:
    """Move all of a market into another one, and remove it."""
    first, last = _span(ledger, other)
    _widen(ledger, market, first, last)
    add_luck(ledger, market, luck_of(ledger, [other]))
    ledger.execute("update datasets set market = ? where market = ?", (market, other))
    ledger.execute("update or replace patterns set market = ? where market = ?", (market, other))
    ledger.execute("delete from markets where market = ?", (other,))


def find(ledger: sqlite3.Connection, patterns: Patterns) -> list[int]:
    """Markets that share enough patterns of either kind at one shift of the dates, the oldest first."""
    kinds = (patterns.codes > 0, patterns.codes < 0)
    found = (_find_kind(ledger, Patterns(patterns.codes[kind], patterns.days[kind])) for kind in kinds)
    return sorted({market for markets in found for market in markets})


def _find_kind(ledger: sqlite3.Connection, patterns: Patterns) -> list[int]:
    """The markets by one kind of pattern."""
    ledger.execute("create temp table if not exists mine (code integer, day integer)")
    ledger.execute("delete from mine")
    rows = [(int(code), int(day)) for code, day in zip(*patterns, strict=True)]
    ledger.executemany("insert into mine values (?, ?)", rows)
    shifts: dict[int, dict[int, int]] = {}
    for market, shift, shared in ledger.execute(
        "select market, mine.day - patterns.day as shift, count(distinct mine.day) from mine "
        "join patterns on patterns.code = mine.code group by market, shift"
    ):
        shifts.setdefault(market, {})[shift] = shared
    return [market for market in shifts if _is_match(ledger, market, shifts[market], patterns.days)]


def _is_match(ledger: sqlite3.Connection, market: int, shared: dict[int, int], days: np.ndarray) -> bool:
    """Whether enough is shared at one shift; two that differ by a day are one, as after a shift of hours."""
    first, last = _span(ledger, market)
    for shift, number in shared.items():
        inside = int(np.count_nonzero((days - shift >= first) & (days - shift <= last)))
        if number + shared.get(shift + 1, 0) >= max(_least(shift, inside), SHARE * inside):
            return True
    return False


def _least(shift: int, inside: int) -> int:
    """Patterns that must be shared at least: chance gives more of them where many can meet."""
    if abs(shift) > NEAR:
        return SHARED_FAR
    return SHARED_SHORT if inside < SHORT else SHARED_NEAR
