"""Cutting rows into folds by their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError

Span = tuple[int, int]
"""First date, and the one behind the last, as positions among the dates."""


@dataclass(frozen=True)
class Fold:
    """One cut: row positions of the training part and of the test block.

    Parameters
    ----------
    number : int
        1 is the earliest.
    train, test : ndarray of int
        Positions in the table that was split, ascending.
    purged : int
        Rows of training dates that are left out: their labels reach into the test block, are not known, or
        stand so close behind it that its labels reach into theirs.
    path : ndarray of int or None
        Path that each test row belongs to, 1 the first; None where there is one path only.
    """

    number: int
    train: np.ndarray
    test: np.ndarray
    purged: int = 0
    path: np.ndarray | None = None


@dataclass(frozen=True)
class _Cut:
    """One cut of the dates: spans that are trained on and tested, and the path of each tested span."""

    train: tuple[Span, ...]
    test: tuple[Span, ...]
    paths: tuple[int, ...] = ()


def split(dates: np.ndarray, label_end: np.ndarray, config: FoldConfig) -> Iterator[Fold]:
    """Cut rows into folds by their dates.

    Parameters
    ----------
    dates : (n_rows,) datetime64
        Several rows may share a date (several symbols); they are never parted.
    label_end : (n_rows,) datetime64
        When each row's label is known; NaT is not yet. A row whose label is not known, or shares bars with
        the label of a test row, is never trained on.
    config : FoldConfig
        How to cut.

    Raises
    ------
    DataError
        When there are too few dates for the folds.
    """
    unique, of_row = np.unique(dates, return_inverse=True)
    for number, cut in enumerate(_cuts(unique, config), start=1):
        wanted = _inside(of_row, cut.train)
        tested = _inside(of_row, cut.test)
        train = wanted & _resolved_outside(dates, label_end, of_row, unique, cut.test)
        rows = np.flatnonzero(tested)
        path = _paths(of_row[rows], cut) if cut.paths else None
        yield Fold(number, np.flatnonzero(train), rows, int(wanted.sum() - train.sum()), path)


def paths(config: FoldConfig) -> int:
    """Number of times that every tested row is tested, once a path."""
    from math import comb

    return comb(config.folds - 1, config.test_groups - 1) if config.cv == "combinatorial" else 1


def _inside(of_row: np.ndarray, spans: tuple[Span, ...]) -> np.ndarray:
    """Rows whose date lies in one of the spans."""
    inside = np.zeros(len(of_row), dtype=bool)
    for first, behind in spans:
        inside |= (of_row >= first) & (of_row < behind)
    return inside


def _resolved_outside(
    dates: np.ndarray, label_end: np.ndarray, of_row: np.ndarray, unique: np.ndarray, spans: tuple[Span, ...]
) -> np.ndarray:
    """Rows with a known label that shares no bar with a label of the spans.

    A label is made of the bars behind its date up to its end, so two labels may touch but not overlap.
    """
    outside = ~np.isnat(label_end)
    for first, behind in spans:
        ends = label_end[(of_row >= first) & (of_row < behind)]
        last = np.max(ends[~np.isnat(ends)], initial=unique[behind - 1])
        before = label_end <= unique[first]  # NaT compares as False
        outside &= before | ((of_row >= behind) & (dates >= last))
    return outside


def _paths(date_of_row: np.ndarray, cut: _Cut) -> np.ndarray:
    """Path of each test row, by the span it lies in."""
    path = np.zeros(len(date_of_row), dtype="int64")
    for (first, behind), number in zip(cut.test, cut.paths, strict=True):
        path[(date_of_row >= first) & (date_of_row < behind)] = number
    return path


def _cuts(unique: np.ndarray, config: FoldConfig) -> Iterator[_Cut]:
    """The cuts of the dates in order, or DataError when one would have nothing to learn from."""
    every = list(
        _combinatorial(len(unique), config) if config.cv == "combinatorial" else _forward(unique, config)
    )
    if not every or any(not cut.train for cut in every):
        asked = f"--folds {config.folds} --gap {config.gap}"
        asked += f" --holdout {config.holdout} --open-holdout" if config.open_holdout else ""
        raise DataError("DATA-FEW", f"{len(unique)} usable dates are too few for {asked}")
    yield from every


def _forward(unique: np.ndarray, config: FoldConfig) -> Iterator[_Cut]:
    """Walk-forward: each test block behind the dates it is learnt from."""
    blocks = _blocks(unique, config)
    longest = config.max_train or (blocks[0][0] - config.gap if config.cv == "rolling" and blocks else None)
    for first, behind in blocks:
        end = first - config.gap
        start = max(end - longest, 0) if longest else 0
        yield _Cut(_not_empty((start, end)), ((first, behind),))


def _blocks(unique: np.ndarray, config: FoldConfig) -> list[Span]:
    """Test blocks one behind the other, up to the last date."""
    size = len(unique) // (config.folds + 1)
    if config.open_holdout:
        first = int(np.searchsorted(unique, np.datetime64(config.holdout)))
        borders = _borders(unique, first, config.refit_every) or [first]
    elif config.refit_every is not None:
        borders = _borders(unique, len(unique) - size * config.folds, config.refit_every)
    else:
        borders = [len(unique) - size * k for k in range(config.folds, 0, -1)]
    blocks = list(zip(borders, [*borders[1:], len(unique)], strict=True))
    return [block for block in blocks if _not_empty(block)]


def _borders(unique: np.ndarray, first: int, every: str | None) -> list[int]:
    """Dates from ``first`` on at which a model is fitted anew; none when it is fitted once."""
    if every is None:
        return []
    if every.isdecimal():
        return list(range(first, len(unique), int(every)))
    period = _period(unique[first:], every)
    return [first + int(i) for i in np.flatnonzero(np.diff(period, prepend=period[:1] - 1))]


def _period(dates: np.ndarray, every: str) -> np.ndarray:
    """Number of the calendar period that each date lies in."""
    if every == "week":
        return (dates.astype("datetime64[D]").astype("int64") + 3) // 7  # day 0 was a Thursday
    months = dates.astype("datetime64[M]").astype("int64")
    return months // {"month": 1, "quarter": 3, "year": 12}[every]


def _combinatorial(n: int, config: FoldConfig) -> Iterator[_Cut]:
    """Every choice of test groups, each learnt from what is around it (López de Prado 2018, chapter 12)."""
    if n < config.folds:
        return
    borders = np.cumsum([0, *(n // config.folds + (g < n % config.folds) for g in range(config.folds))])
    groups = [(int(a), int(b)) for a, b in pairwise(borders)]
    seen: Counter[int] = Counter()
    for chosen in combinations(range(config.folds), config.test_groups):
        seen.update(chosen)
        test = tuple(groups[g] for g in chosen)
        numbers = tuple(seen[g] for g in chosen) if paths(config) > 1 else ()
        yield _Cut(_around(test, n, config), test, numbers)


def _around(test: tuple[Span, ...], n: int, config: FoldConfig) -> tuple[Span, ...]:
    """What is left of the dates before, between and behind the test groups."""
    starts = [0, *(behind + config.embargo for _, behind in test)]
    ends = [*(first - config.gap for first, _ in test), n]
    return tuple(s for span in zip(starts, ends, strict=True) for s in _not_empty(span))


def _not_empty(span: Span) -> tuple[Span, ...]:
    return (span,) if span[0] < span[1] else ()
