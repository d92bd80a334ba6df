"""Many changed tables through one stage: side by side, if it treats symbols one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from signalcli.errors import SignalcliError
from signalcli.research.audit.change import changed
from signalcli.research.audit.compare import Snapshot, moved, snapshot
from signalcli.research.audit.stages.stage import Stage

SIGN = "~"  # between a symbol and the number of its world
DIGITS = 7
STACKED = 60_000  # rows of a stacked table


def numbered(symbols: pd.Series[str], worlds: np.ndarray) -> pd.Series[str]:
    """Symbols with the number of their world, which sort by symbol, then by world."""
    codes, names = pd.factorize(symbols, sort=True)
    pairs, place = np.unique(codes.astype("int64") * 10**DIGITS + worlds, return_inverse=True)
    texts = [f"{names[p // 10**DIGITS]}{SIGN}{p % 10**DIGITS:0{DIGITS}d}" for p in pairs.tolist()]
    return pd.Series(np.array(texts, dtype=object)[place], index=symbols.index, dtype="str")


def world_numbers(symbols: pd.Series[str]) -> tuple[pd.Series[str], np.ndarray]:
    """The symbols without the numbers of their worlds, and these numbers, (n_rows,)."""
    codes, names = pd.factorize(symbols)
    parts = [str(name).rpartition(SIGN) for name in names]
    alone = np.array([name for name, _, _ in parts], dtype=object)
    numbers = np.array([int(number) for _, _, number in parts], dtype="int64")
    return pd.Series(alone[codes], index=symbols.index, dtype="str"), numbers[codes]


def stack(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables side by side: world i holds the rows of table i."""
    together = pd.concat(tables, ignore_index=True)
    worlds = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    named = together.assign(symbol=numbered(together["symbol"], worlds))
    keys = [name for name in ("symbol", "date", "model") if name in named]
    return named.sort_values(keys, kind="stable", ignore_index=True)


def outputs(
    stage: Stage, tables: Sequence[pd.DataFrame], *, separable: bool, until: np.datetime64 | None = None
) -> Iterator[Snapshot | None]:
    """What a stage makes of each table; None where it refuses one."""
    for batch in _batches(tables) if separable else [[table] for table in tables]:
        if len(batch) == 1:
            yield _output(stage, batch[0], until)
        else:
            yield from _stacked_outputs(stage, batch)


def _batches(tables: Sequence[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
    batch: list[pd.DataFrame] = []
    for table in tables:
        batch.append(table)
        if sum(map(len, batch)) >= STACKED:
            yield batch
            batch = []
    if batch:
        yield batch


def _output(stage: Stage, table: pd.DataFrame, until: np.datetime64 | None = None) -> Snapshot | None:
    try:
        return snapshot(stage.output(table, until))
    except SignalcliError:  # such as too few rows
        return None


def _stacked_outputs(stage: Stage, batch: list[pd.DataFrame]) -> Iterator[Snapshot | None]:
    try:
        out = stage.run(stack(batch))
    except SignalcliError:
        yield from (_output(stage, table) for table in batch)
        return
    symbols, worlds = world_numbers(out["symbol"])
    named = out.assign(symbol=symbols)
    for number in range(len(batch)):
        yield snapshot(named[worlds == number])


def is_separable(stage: Stage, table: pd.DataFrame, base: Snapshot) -> tuple[bool, tuple[str, ...]]:
    """Whether a stage treats symbols one by one; if not, the output columns in which it does not."""
    dates = np.unique(table["date"].to_numpy())
    other = changed(table, dates[len(dates) // 2], "up")
    alone = _output(stage, other)
    try:
        stage.run(stack([table, other]))
    except (SignalcliError, ValueError):
        return False, ()
    together = list(_stacked_outputs(stage, [table, other]))
    if alone is None or together[0] is None or together[1] is None:
        return False, ()
    last = dates[-1]
    mixed = moved(base, together[0], last) | moved(alone, together[1], last)
    return not mixed, tuple(mixed)
