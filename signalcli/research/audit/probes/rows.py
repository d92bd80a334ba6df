"""Row by row stages: whether a row of the output depends on a later row of the input.

Two kinds of probes. At some dates the whole table is cut and changed, and every earlier row is compared. And
every single row is computed again from the rows up to its date; where it differs, the exact history decides,
because a row may depend on all of its past.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.research.audit.change import LABELS, Change, changed, scale_rows
from signalcli.research.audit.compare import ROW, Snapshot, early_labels, moved
from signalcli.research.audit.probes.guilt import Guilt
from signalcli.research.audit.probes.windows import REFUSED, Moments, moments_of, window_suspects
from signalcli.research.audit.probes.worlds import is_separable, outputs
from signalcli.research.audit.stages.stage import Stage

CUTS = 6  # dates at which the whole table is cut and changed
SAMPLE = 12  # suspects of which the history is looked at before that of all
AHEAD = 2  # later dates that stay, with other numbers
ONE_BY_ONE = 120  # runs of a stage that does not keep symbols apart
WINDOWED = 2_000_000  # rows in all windows of changed rows
HISTORY = 6_000_000  # rows in all histories that are computed again
LATER = "later"
LABEL = "label"


class _Probe(NamedTuple):
    """A stage with its input and output."""

    stage: Stage
    table: pd.DataFrame
    base: Snapshot
    separable: bool

    def narrowed(self, columns: Sequence[str]) -> _Probe:
        """The same for some of the columns."""
        narrow = self.stage.narrow
        return self if narrow is None or ROW in columns else self._replace(stage=narrow(columns))


def probe_rows(stage: Stage, table: pd.DataFrame, base: Snapshot) -> Guilt:
    """Guilty rows of a stage that works row by row."""
    separable, mixed = is_separable(stage, table, base)
    guilt = Guilt(columns=len(base.numbers), separable=separable)
    probe = _Probe(stage, table, base, separable)
    _probe_cuts(probe, guilt)
    if separable:
        _probe_every_row(probe, guilt)
    elif mixed and stage.narrow is not None:
        _probe_apart(probe, mixed, guilt)
    else:
        _probe_one_by_one(probe, guilt)
    return guilt


def _probe_cuts(probe: _Probe, guilt: Guilt) -> None:
    """Cut and change the whole table at some dates."""
    dates = np.unique(probe.table["date"].to_numpy())
    at = np.unique(np.linspace(len(dates) // 8, len(dates) - 2, CUTS).astype(int).clip(0))
    worlds: list[tuple[np.datetime64, Change]] = [
        (dates[t], change) for t in at for change in ("cut", "up", "down")
    ]
    tables = [changed(probe.table, date, change, seed) for seed, (date, change) in enumerate(worlds)]
    for (date, change), out in zip(
        worlds, outputs(probe.stage, tables, separable=probe.separable), strict=True
    ):
        guilt.count(out)
        if out is not None:
            guilt.add(LATER, moved(probe.base, out, date, rounding=change == "cut"))
        if out is not None and change == "cut" and len(early := early_labels(probe.base, out, date)):
            guilt.add(LABEL, {"direction": early})


def _probe_apart(probe: _Probe, mixed: Sequence[str], guilt: Guilt) -> None:
    """Columns that read other symbols one by one, all others side by side."""
    assert probe.stage.narrow is not None  # noqa: S101 - the caller looked
    alone = [name for name in probe.base.numbers if name not in mixed]
    _probe_every_row(_of_columns(probe, alone), guilt)
    _probe_one_by_one(_of_columns(probe, list(mixed)), guilt)


def _of_columns(probe: _Probe, names: list[str]) -> _Probe:
    numbers = {name: values for name, values in probe.base.numbers.items() if name in names}
    return probe.narrowed(names)._replace(base=probe.base._replace(numbers=numbers), separable=True)


def _probe_every_row(probe: _Probe, guilt: Guilt) -> None:
    """Compute each row from the rows up to its date, then from these and changed later ones."""
    finite = probe.base._replace(
        numbers={n: v for n, v in probe.base.numbers.items() if n not in probe.stage.cumulative}
    )
    probe, moments = probe._replace(base=finite), moments_of(probe.table)
    memory = min(probe.stage.memory or _measured_memory(probe), len(moments))
    every = np.arange(len(moments))
    guilt.checked, guilt.total = len(every), len(every)
    guilt.worlds += len(every)
    suspects = window_suspects(probe.stage, probe.table, finite, moments, every, memory)
    if memory * len(every) < WINDOWED:
        ahead = window_suspects(probe.stage, probe.table, finite, moments, every, memory, AHEAD)
        guilt.worlds += len(every)
        suspects = _joined(suspects, ahead)
    _decide(probe, moments, suspects, guilt)


def _decide(probe: _Probe, moments: Moments, suspects: dict[str, np.ndarray], guilt: Guilt) -> None:
    """Compute the suspects from their whole history; what still differs is guilty."""
    guilt.checked -= len(suspects.pop(REFUSED, ()))
    if not suspects:
        return
    at = {name: _moments_of_rows(probe, moments, name, rows) for name, rows in suspects.items()}
    sample = np.unique(np.concatenate([_sample(places) for places in at.values()]))
    confirmed = _from_history(probe, moments, list(at), sample, guilt)
    guilt.add(LATER, confirmed)
    open_ = {
        name: np.setdiff1d(places, sample)
        for name, places in at.items()
        if name not in confirmed and len(places) > len(_sample(places))
    }
    rest = np.unique(np.concatenate(list(open_.values()))) if open_ else np.zeros(0, "int64")
    if len(rest):
        kept = _affordable(moments, rest)
        guilt.checked -= len(rest) - len(kept)
        guilt.add(LATER, _from_history(probe, moments, list(open_), kept, guilt))


def _moments_of_rows(probe: _Probe, moments: Moments, name: str, rows: np.ndarray) -> np.ndarray:
    """Moment at which the value of each suspect row was due."""
    ends = probe.base.label_end
    due = ends[rows] if name in LABELS and ends is not None else probe.base.dates[rows]
    symbols = probe.table["symbol"].iloc[moments.first].to_numpy()
    places = pd.MultiIndex.from_arrays([symbols, moments.dates])
    own = probe.base.index.get_level_values("symbol")[rows]
    found = places.get_indexer(pd.MultiIndex.from_arrays([own, due]))
    return np.unique(found[found >= 0])


def _sample(places: np.ndarray) -> np.ndarray:
    """The first places, and some spread over the others."""
    spread = np.linspace(0, len(places) - 1, SAMPLE).astype(int)
    return np.unique(np.r_[places[:SAMPLE], places[spread]])


def _affordable(moments: Moments, at: np.ndarray) -> np.ndarray:
    """As many places, evenly spread, as can be computed from their whole history."""
    rows = int(np.sum(moments.first[at] - moments.first[moments.opens[at]] + 1))
    if rows <= HISTORY:
        return at
    return at[np.linspace(0, len(at) - 1, max(len(at) * HISTORY // rows, 1)).astype(int)]


def _from_history(
    probe: _Probe, moments: Moments, columns: list[str], at: np.ndarray, guilt: Guilt
) -> dict[str, np.ndarray]:
    """Rows that differ even when computed from everything up to their date."""
    guilt.worlds += 2 * len(at)
    own = _narrow_base(probe, columns)
    longest = len(moments)
    cut = window_suspects(own.stage, own.table, own.base, moments, at, longest)
    ahead = window_suspects(own.stage, own.table, own.base, moments, at, longest, AHEAD)
    return {name: rows for name, rows in _joined(cut, ahead).items() if name != REFUSED}


def _joined(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows of both, by column."""
    none = np.zeros(0, "int64")
    return {
        name: np.union1d(first.get(name, none), second.get(name, none))
        for name in first.keys() | second.keys()
    }


def _narrow_base(probe: _Probe, columns: list[str]) -> _Probe:
    numbers = {name: v for name, v in probe.base.numbers.items() if name in columns}
    return probe.narrowed(columns)._replace(base=probe.base._replace(numbers=numbers))


def _probe_one_by_one(probe: _Probe, guilt: Guilt) -> None:
    """Cut the whole table at as many dates as there may be runs; halve the way to the first guilty one."""
    dates = np.unique(probe.table["date"].to_numpy())
    runs = ONE_BY_ONE if not guilt.rows else 0  # the halving finds the first row of a leak that is known
    at = np.unique(np.linspace(0, len(dates) - 2, runs).astype(int))
    guilt.total = guilt.total or len(dates)
    guilt.checked = min(guilt.checked or guilt.total, len(at))  # the worst column counts
    tables = (changed(probe.table, dates[t], "cut") for t in at)
    for t, table in zip(at, tables, strict=True):
        (out,) = outputs(probe.stage, [table], separable=False)
        guilt.count(out)
        if out is not None:
            guilt.add(LATER, moved(probe.base, out, dates[t], rounding=True))
    _halve(probe, dates, guilt)


def _halve(probe: _Probe, dates: np.ndarray, guilt: Guilt) -> None:
    """Find the first date at which a cut shows guilt."""
    guilty = [rows for (kind, _), rows in guilt.rows.items() if kind == LATER and len(rows)]
    if not guilty:
        return
    low, high = -1, int(np.searchsorted(dates, probe.base.dates[min(rows[0] for rows in guilty)]))
    while high - low > 1:
        middle = (low + high) // 2
        (out,) = outputs(probe.stage, [changed(probe.table, dates[middle], "cut")], separable=False)
        found = {} if out is None else moved(probe.base, out, dates[middle], rounding=True)
        guilt.count(out)
        guilt.add(LATER, found)
        low, high = (low, middle) if found else (middle, high)


def _measured_memory(probe: _Probe) -> int:
    """Dates over which a change of one date is felt, at most; all where it is felt up to the end."""
    dates = np.unique(probe.table["date"].to_numpy())
    n, longest = len(dates), 1
    places = [n // 5, n // 2, 3 * n // 5]
    tables = [
        scale_rows(probe.table, probe.table["date"].to_numpy() == dates[at], factor)
        for at in places
        for factor in (1000.0, 0.001)
    ]
    outs = outputs(probe.stage, tables, separable=probe.separable)
    for at, out in zip(np.repeat(places, 2), outs, strict=True):
        if out is None:
            return n
        last = _last_moved(probe.base, out, dates, int(at))
        longest = max(longest, n if last > n - 3 else last - int(at) + 1)
    return longest


def _last_moved(base: Snapshot, out: Snapshot, dates: np.ndarray, at: int) -> int:
    """Position of the last date at which a row moved."""
    rows = [r for n, r in moved(base, out, dates[-1]).items() if n != ROW and len(r)]
    latest = max((base.dates[r[-1]] for r in rows), default=dates[at])
    return int(np.searchsorted(dates, latest))
