"""Every row computed from the rows up to its date alone, many at once, and compared with the whole table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.errors import SignalcliError
from signalcli.research.audit.change import FACTOR, LABELS, open_labels, scale_rows
from signalcli.research.audit.compare import ROW, Snapshot, as_numbers, differing
from signalcli.research.audit.probes.worlds import STACKED, numbered, world_numbers
from signalcli.research.audit.stages.stage import Stage

REFUSED = "(refused)"  # instead of a column: moments that a stage does not compute


@dataclass(frozen=True)
class Moments:
    """The dates of each symbol in a sorted table, one moment each.

    dates : (n_moments,). first, end : row of the table at which a moment begins, and the one after its last.
    opens, closes : first moment of the same symbol, and the one after its last.
    """

    dates: np.ndarray
    first: np.ndarray
    end: np.ndarray
    opens: np.ndarray
    closes: np.ndarray

    def __len__(self) -> int:
        return len(self.dates)


def moments_of(table: pd.DataFrame) -> Moments:
    """Moments of a table that is sorted by symbol and date."""
    codes, dates = pd.factorize(table["symbol"])[0], table["date"].to_numpy()
    first = np.flatnonzero(np.r_[True, (codes[1:] != codes[:-1]) | (dates[1:] != dates[:-1])])
    end = np.r_[first[1:], len(table)]
    symbol = codes[first]
    starts = np.flatnonzero(np.r_[True, symbol[1:] != symbol[:-1]])
    sizes = np.diff(np.r_[starts, len(first)])
    return Moments(
        dates[first], first, end, np.repeat(starts, sizes), np.repeat(np.r_[starts[1:], len(first)], sizes)
    )


def window_suspects(
    stage: Stage,
    table: pd.DataFrame,
    base: Snapshot,
    moments: Moments,
    at: np.ndarray,
    memory: int,
    ahead: int = 0,
) -> dict[str, np.ndarray]:
    """Rows of ``base``, by column, that differ when computed from the last ``memory`` dates only.

    ``at`` are the moments to compute. With ``ahead`` so many later dates stay, with other numbers; without,
    no later date exists. A label is compared at the date on which it is known.
    """
    found: dict[str, list[np.ndarray]] = {}
    for part in _parts(moments, at, memory + ahead):
        for name, rows in _suspects(stage, table, base, moments, part, memory, ahead).items():
            found.setdefault(name, []).append(rows)
    return {name: np.unique(np.concatenate(rows)) for name, rows in found.items()}


def _parts(moments: Moments, at: np.ndarray, memory: int) -> list[np.ndarray]:
    """The moments in parts whose windows fit into one table."""
    lengths = np.minimum(at - moments.opens[at] + 1, memory) * np.mean(moments.end - moments.first)
    borders = np.flatnonzero(np.diff((np.cumsum(lengths) // STACKED).astype("int64"))) + 1
    return [part for part in np.split(at, borders) if len(part)]


def _suspects(
    stage: Stage,
    table: pd.DataFrame,
    base: Snapshot,
    moments: Moments,
    at: np.ndarray,
    memory: int,
    ahead: int,
) -> dict[str, np.ndarray]:
    rows, worlds = _window_rows(moments, at, memory, ahead)
    until = moments.dates[at]
    stacked = _window_table(table, rows, worlds, until)
    try:
        out = stage.run(stacked)
    except SignalcliError:
        return _halves(stage, table, base, moments, at, memory, ahead)
    symbols, world = world_numbers(out["symbol"])
    source = _sources(base, table, out, symbols, rows)
    limit = until[world]
    last = source[out["date"].to_numpy() == limit]
    return _compare(base, out, source, limit) | _missing(base, table, moments, at, last)


def _halves(
    stage: Stage,
    table: pd.DataFrame,
    base: Snapshot,
    moments: Moments,
    at: np.ndarray,
    memory: int,
    ahead: int,
) -> dict[str, np.ndarray]:
    """The suspects of both halves of a part that a stage refuses; one moment alone is under `REFUSED`."""
    if len(at) == 1:
        return {REFUSED: at}
    found: dict[str, list[np.ndarray]] = {}
    for half in np.array_split(at, 2):
        for name, rows in _suspects(stage, table, base, moments, half, memory, ahead).items():
            found.setdefault(name, []).append(rows)
    return {name: np.concatenate(rows) for name, rows in found.items()}


def _window_rows(moments: Moments, at: np.ndarray, memory: int, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the table in each window, one window after the other, and the number of each row's window."""
    start = moments.first[np.maximum(at - memory + 1, moments.opens[at])]
    stop = moments.end[np.minimum(at + ahead, moments.closes[at] - 1)]
    lengths = stop - start
    offset = np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.arange(lengths.sum()) - offset + np.repeat(start, lengths)
    return rows, np.repeat(np.arange(len(at)), lengths)


def _window_table(
    table: pd.DataFrame, rows: np.ndarray, worlds: np.ndarray, until: np.ndarray
) -> pd.DataFrame:
    """The windows under symbols of their own, without what is not known at their last date."""
    stacked = table.iloc[rows].reset_index(drop=True)
    stacked = stacked.assign(symbol=numbered(stacked["symbol"], worlds))
    limit = until[worlds]
    unknown = open_labels(stacked, limit)
    names = [n for n in ("forward_return", "direction", "label_end") if n in stacked]
    stacked = stacked.assign(**{name: stacked[name].mask(unknown) for name in names})
    later = stacked["date"].to_numpy() > limit
    stacked = scale_rows(stacked, later, FACTOR) if later.any() else stacked
    keys = [name for name in ("symbol", "date", "model") if name in stacked]
    if table["symbol"].iloc[0] == table["symbol"].iloc[-1]:
        return stacked  # in order already
    return stacked.sort_values(keys, kind="stable", ignore_index=True)


def _sources(
    base: Snapshot, table: pd.DataFrame, out: pd.DataFrame, symbols: pd.Series[str], rows: np.ndarray
) -> np.ndarray:
    """Row of ``base`` for each row of the output; -1 where it has none."""
    one_symbol = table["symbol"].iloc[0] == table["symbol"].iloc[-1]
    same = len(out) == len(rows) and len(base.index) == len(table) and one_symbol
    if same and np.array_equal(out["date"].to_numpy(), base.dates[rows]):
        return rows
    names = list(base.index.names)
    wanted = pd.MultiIndex.from_frame(out.assign(symbol=symbols)[names])
    return np.asarray(base.index.get_indexer(wanted))


def _compare(
    base: Snapshot, out: pd.DataFrame, source: np.ndarray, limit: np.ndarray
) -> dict[str, np.ndarray]:
    """Values that are due at the end of their window and differ from those of the whole table."""
    due = (out["date"].to_numpy() == limit) & (source >= 0)
    ends = None if base.label_end is None else base.label_end[source]
    labels_due = due if ends is None else (ends == limit) & (source >= 0)
    found = {}
    for name, values in base.numbers.items():
        at = np.flatnonzero(labels_due if name in LABELS else due)
        new = as_numbers(out[name]) if name in out else None
        differs = differing(values[source[at]], None if new is None else new[at], values)
        if differs.any():
            found[name] = source[at][differs]
    return found


def _missing(
    base: Snapshot, table: pd.DataFrame, moments: Moments, at: np.ndarray, source: np.ndarray
) -> dict[str, np.ndarray]:
    """Rows of ``base`` at the moments that are not among the ``source`` of the windows' last rows."""
    given = np.zeros(len(base.index) + 1, dtype=bool)
    given[source] = True
    checked = np.zeros(len(table), dtype=bool)
    for first, end in zip(moments.first[at], moments.end[at], strict=True):
        checked[first:end] = True
    if len(base.index) != len(table):
        keys = [n for n in ("symbol", "date") if n in base.index.names]
        wanted = pd.MultiIndex.from_frame(table.loc[checked, keys].drop_duplicates())
        own = base.index.droplevel([n for n in base.index.names if n not in keys])
        rows = np.flatnonzero(own.isin(wanted))
    else:
        rows = np.flatnonzero(checked)
    absent = rows[~given[rows]]
    return {ROW: absent} if len(absent) else {}
