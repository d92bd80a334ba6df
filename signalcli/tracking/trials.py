"""Trials on the market of tested bars, counted in the ledger."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.evaluation.metrics.sharpe import Trials, expected_maximum
from signalcli.tracking import luck, markets
from signalcli.tracking.fingerprints import hash_bars
from signalcli.tracking.ledger import reading
from signalcli.tracking.market_patterns import NO_PATTERNS, Patterns, find_patterns

OUTSIDE = "data_hash not in (select data_hash from datasets)"  # data recorded without patterns
CHOSEN = "data_hash in (select data_hash from chosen)"


class BarsTested(NamedTuple):
    """Bars on which a model was tested, of one symbol; ``test_hash`` as in the ledger."""

    symbol: str
    test_hash: str
    patterns: Patterns


class Pool(NamedTuple):
    """What the ledger knows of a market.

    ``trials`` deflate a Sharpe ratio; ``effective`` independent ones would have the same expected maximum.
    The returns of ``unmeasured`` trials are not known, and each counts as independent. They come from
    ``fits`` of ``runs`` runs on ``datasets`` data sets under the names ``symbols``, the longest test of
    ``rows`` bars. The data have bars at least from ``first`` to ``last`` (days since 1970; None if unknown).
    """

    trials: Trials
    effective: float
    unmeasured: int
    runs: int
    fits: int
    datasets: int
    rows: int
    symbols: tuple[str, ...]
    first: int | None
    last: int | None


def tested_bars(table: pd.DataFrame) -> list[BarsTested]:
    """The tested bars of each symbol, from PREDICTIONS or RETURNS."""
    by_symbol = table.drop_duplicates(["symbol", "date"]).groupby("symbol", sort=True)
    hashes = hash_bars(table)
    return [BarsTested(str(symbol), hashes[str(symbol)], find_patterns(rows)) for symbol, rows in by_symbol]


def read_trials(file: Path | None, test_hash: str, tested: BarsTested | None = None) -> Trials | None:
    """Trials on the market of tested bars; None if the ledger has none.

    The market is found by the patterns of the bars and by their hash. Data that were recorded without
    patterns (by an older version, or too few bars) are found by their symbol, and so is everything for tested
    bars that have too few patterns. Baselines and repetitions of a configuration do not count.
    """
    if file is None or not file.exists():
        return None
    with reading(file) as ledger:
        _choose(ledger, tested or BarsTested("", test_hash, NO_PATTERNS))
        counted = _count(ledger)
        return None if counted is None else counted[0]


def read_pool(file: Path | None, tested: BarsTested) -> Pool | None:
    """What the ledger knows of the market of tested bars, as `read_trials`. Raises NoInputError."""
    with reading(file) as ledger:
        _choose(ledger, tested)
        return _pool(ledger)


def read_pools(file: Path | None) -> list[Pool]:
    """Every market in the ledger, then the data outside of all markets by symbol. Raises NoInputError."""
    with reading(file) as ledger:
        _prepare(ledger)
        of_market = "select data_hash from datasets where market = ?"
        of_symbol = f"select data_hash from fits where symbol = ? and {OUTSIDE}"  # noqa: S608 (our own text)
        symbols = f"select distinct symbol from fits where {OUTSIDE} order by symbol"  # noqa: S608
        pools = [
            *(
                _pool_of(ledger, of_market, *row)
                for row in ledger.execute("select market from markets").fetchall()
            ),
            *(_pool_of(ledger, of_symbol, *row) for row in ledger.execute(symbols).fetchall()),
        ]
        return [pool for pool in pools if pool is not None]


def _pool_of(ledger: sqlite3.Connection, query: str, value: object) -> Pool | None:
    ledger.execute("delete from chosen")
    ledger.execute(f"insert or ignore into chosen {query}", (value,))
    return _pool(ledger)


def _prepare(ledger: sqlite3.Connection) -> None:
    """Make temporary tables; those of the markets are empty for a ledger of an older version."""
    ledger.execute("pragma temp_store = memory")
    if markets.exist(ledger):
        markets.refuse_lost(ledger)
    else:
        for table in markets.TABLES[:3]:
            ledger.execute(table.replace("create table", "create temp table"))
    ledger.execute("create temp table chosen (data_hash text primary key) without rowid")


def _choose(ledger: sqlite3.Connection, tested: BarsTested) -> None:
    """Fill the table ``chosen`` with the data sets of the market of tested bars."""
    _prepare(ledger)
    add = "insert or ignore into chosen select data_hash from "
    ledger.execute(f"{add} fits where test_hash = ?", (tested.test_hash,))
    if len(tested.patterns.codes) < markets.LEAST:
        ledger.execute(f"{add} fits where symbol = ?", (tested.symbol,))
    else:
        ledger.execute(f"{add} fits where symbol = ? and {OUTSIDE}", (tested.symbol,))
        for market in markets.find(ledger, tested.patterns):
            ledger.execute(f"{add} datasets where market = ?", (market,))
    same = "select market from datasets join chosen using (data_hash)"
    ledger.execute(f"{add} datasets where market in ({same})")


def _count(ledger: sqlite3.Connection) -> tuple[Trials, float, int] | None:
    """The trials on the data sets in ``chosen``; their effective number, and how many are unmeasured."""
    rows = ledger.execute(
        "select sharpe, max(id) from fits where baseline = 0 and data_hash in "
        "(select data_hash from chosen) group by config_hash"
    ).fetchall()
    if not rows:
        return None
    unmeasured, best = _unmeasured(ledger), luck.expected_best(markets.luck_of(ledger, _markets(ledger)))
    known = luck.effective_trials(best) if unmeasured < len(rows) else 0.0
    effective = min(known + unmeasured, float(len(rows)))
    sharpes = [sharpe for sharpe, _ in rows if sharpe is not None]
    trials = Trials(len(rows), _variance(sharpes), expected_maximum(effective) if unmeasured else best)
    return trials, effective, unmeasured


def _pool(ledger: sqlite3.Connection) -> Pool | None:
    """All about the data sets in ``chosen``."""
    counted = _count(ledger)
    return None if counted is None else Pool(*counted, *_sizes(ledger), _names(ledger), *_span(ledger))


def _markets(ledger: sqlite3.Connection) -> list[int]:
    """The markets of the data sets in ``chosen``."""
    query = "select distinct market from datasets join chosen using (data_hash)"
    return [row[0] for row in ledger.execute(query)]


def _unmeasured(ledger: sqlite3.Connection) -> int:
    query = f"select count(distinct config_hash) from fits where baseline = 0 and {CHOSEN} and {OUTSIDE}"  # noqa: S608
    return int(ledger.execute(query).fetchone()[0])


def _sizes(ledger: sqlite3.Connection) -> tuple[int, int, int, int]:
    """Runs, fits, data sets, and bars of the longest test."""
    counts = "count(distinct run), count(*), count(distinct data_hash), max(rows) as rows"
    query = f"select {counts} from fits where baseline = 0 and {CHOSEN}"  # noqa: S608 (our own text)
    runs, fits, datasets, rows = ledger.execute(query).fetchone()
    return runs, fits, datasets, rows


def _names(ledger: sqlite3.Connection) -> tuple[str, ...]:
    query = "select distinct symbol from fits join chosen using (data_hash) order by symbol"
    return tuple(row[0] for row in ledger.execute(query))


def _span(ledger: sqlite3.Connection) -> tuple[int | None, int | None]:
    found = "select market from datasets join chosen using (data_hash)"
    query = f"select min(first) as first, max(last) as last from markets where market in ({found})"  # noqa: S608 (our own text)
    first, last = ledger.execute(query).fetchone()
    return first, last


def _variance(values: list[float]) -> float:
    """Sample variance; 0 for fewer than two values."""
    return float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
