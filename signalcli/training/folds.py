"""Split the rows of a table into training and test parts by their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np

from signalcli.config.folds import FoldConfig
from signalcli.errors import DataError
from signalcli.training.moments import Moments

Span = tuple[int, int]
"""Positions of the first date and of the one after the last, among the unique dates."""


@dataclass(frozen=True)
class Fold:
    """One split: row positions of the training part and of the test part.

    Parameters
    ----------
    number : int
        1 is the earliest.
    train, test : ndarray of int
        Row positions in the table, ascending.
    purged : int
        Number of rows on training dates that are left out, because their label is unknown or shares bars
        with a label of the test part.
    path : ndarray of int or None
        Path of each test row, from 1; None when there is one path.
    """

    number: int
    train: np.ndarray
    test: np.ndarray
    purged: int
    path: np.ndarray | None


@dataclass(frozen=True)
class _Cut:
    """One split of the dates: training spans, test spans, and the path of each test span."""

    train: tuple[Span, ...]
    test: tuple[Span, ...]
    paths: tuple[int, ...] = ()


def split(
    dates: np.ndarray, label_end: np.ndarray, config: FoldConfig, known: Moments | None = None
) -> Iterator[Fold]:
    """Folds of a table.

    Parameters
    ----------
    dates : (n_rows,) datetime64
        Rows of the same date (several symbols) stay together.
    label_end : (n_rows,) datetime64
        Date at which each row's label is known; NaT when it is unknown. Such a row, or one whose label
        shares bars with the label of a test row, is never in the training part.
    config : FoldConfig
        Number and kind of the folds.
    known : Moments or None
        When rows and labels are known; by default at their dates.

    Raises
    ------
    DataError
        When there are too few dates for the folds.
    """
    unique, date_of_row = np.unique(dates, return_inverse=True)
    known = known or Moments(dates, label_end)
    for number, cut in enumerate(_cuts(unique, config), start=1):
        candidates = _inside(date_of_row, cut.train)
        train = candidates & _separated(known, date_of_row, cut.test)
        test = np.flatnonzero(_inside(date_of_row, cut.test))
        path = _path_of_rows(date_of_row[test], cut) if cut.paths else None
        yield Fold(number, np.flatnonzero(train), test, int(candidates.sum() - train.sum()), path)


def path_count(config: FoldConfig) -> int:
    """Number of paths: how many times every row is tested."""
    return comb(config.folds - 1, config.test_groups - 1) if config.cv == "combinatorial" else 1


def _inside(date_of_row: np.ndarray, spans: tuple[Span, ...]) -> np.ndarray:
    """Mask of the rows whose date lies in one of the spans."""
    inside = np.zeros(len(date_of_row), dtype=bool)
    for first, end in spans:
        inside |= (date_of_row >= first) & (date_of_row < end)
    return inside


def _separated(known: Moments, date_of_row: np.ndarray, spans: tuple[Span, ...]) -> np.ndarray:
    """Mask of the rows with a known label that shares no bar with a label of the test spans.

    A label covers the bars after its date up to its end, so two labels may touch.
    """
    separated = ~np.isnat(known.labels)
    for first, end in spans:
        tested = (date_of_row >= first) & (date_of_row < end)
        rows, test_ends = known.rows[tested], known.labels[tested]
        last = np.max(test_ends[~np.isnat(test_ends)], initial=rows.max())
        before = known.labels <= rows.min()  # False for NaT
        separated &= before | ((date_of_row >= end) & (known.rows >= last))
    return separated


def _path_of_rows(date_of_row: np.ndarray, cut: _Cut) -> np.ndarray:
    """Path of each test row: that of its span."""
    path = np.zeros(len(date_of_row), dtype="int64")
    for (first, end), number in zip(cut.test, cut.paths, strict=True):
        path[(date_of_row >= first) & (date_of_row < end)] = number
    return path


def _cuts(unique: np.ndarray, config: FoldConfig) -> list[_Cut]:
    """Splits of the dates, in order. Raises DataError when one of them has no training date."""
    make = _combinatorial_cuts if config.cv == "combinatorial" else _forward_cuts
    cuts = list(make(unique, config))
    if not cuts or any(not cut.train for cut in cuts):
        options = f"--folds {config.folds} --gap {config.gap}"
        options += f" --holdout {config.holdout} --open-holdout" if config.open_holdout else ""
        raise DataError(
            "DATA-FEW", f"{len(unique)} usable dates are too few for {options}; use more bars or fewer folds"
        )
    return cuts


def _forward_cuts(unique: np.ndarray, config: FoldConfig) -> Iterator[_Cut]:
    """Walk-forward: each test block after its training dates."""
    blocks = _test_blocks(unique, config)
    longest = config.max_train or (blocks[0][0] - config.gap if config.cv == "rolling" and blocks else None)
    for first, end in blocks:
        train_end = first - config.gap
        start = max(train_end - longest, 0) if longest else 0
        yield _Cut(_unless_empty((start, train_end)), ((first, end),))


def _test_blocks(unique: np.ndarray, config: FoldConfig) -> list[Span]:
    """Adjacent test blocks up to the last date."""
    size = len(unique) // (config.folds + 1)
    if config.open_holdout:
        first = int(np.searchsorted(unique, np.datetime64(config.holdout)))
        starts = _refit_dates(unique, first, config.refit_every) or [first]
    elif config.refit_every is not None:
        starts = _refit_dates(unique, len(unique) - size * config.folds, config.refit_every)
    else:
        starts = [len(unique) - size * k for k in range(config.folds, 0, -1)]
    blocks = zip(starts, [*starts[1:], len(unique)], strict=True)
    return [block for block in blocks if _unless_empty(block)]


def _refit_dates(unique: np.ndarray, first: int, every: str | None) -> list[int]:
    """Positions of the dates, from ``first`` on, before which a model is refitted; empty for None."""
    if every is None:
        return []
    if every.isdecimal():
        return list(range(first, len(unique), int(every)))
    period = _period_numbers(unique[first:], every)
    return [first + int(i) for i in np.flatnonzero(np.diff(period, prepend=period[:1] - 1))]


def _period_numbers(dates: np.ndarray, every: str) -> np.ndarray:
    """Number of the week, month, quarter or year of each date."""
    if every == "week":
        return (dates.astype("datetime64[D]").astype("int64") + 3) // 7  # 1970-01-01 was a Thursday
    months = dates.astype("datetime64[M]").astype("int64")
    return months // {"month": 1, "quarter": 3, "year": 12}[every]


def _combinatorial_cuts(unique: np.ndarray, config: FoldConfig) -> Iterator[_Cut]:
    """Combinatorial cross-validation: every choice of test groups (López de Prado 2018, chapter 12)."""
    n = len(unique)
    if n < config.folds:
        return
    borders = np.cumsum([0, *(n // config.folds + (g < n % config.folds) for g in range(config.folds))])
    groups = [(int(a), int(b)) for a, b in pairwise(borders)]
    tested: Counter[int] = Counter()
    for chosen in combinations(range(config.folds), config.test_groups):
        tested.update(chosen)
        test = tuple(groups[g] for g in chosen)
        numbers = tuple(tested[g] for g in chosen) if path_count(config) > 1 else ()
        yield _Cut(_training_spans(test, n, config), test, numbers)


def _training_spans(test: tuple[Span, ...], n: int, config: FoldConfig) -> tuple[Span, ...]:
    """Dates before, between and after the test groups, less the gap and the embargo."""
    starts = [0, *(end + config.embargo for _, end in test)]
    ends = [*(first - config.gap for first, _ in test), n]
    return tuple(s for span in zip(starts, ends, strict=True) for s in _unless_empty(span))


def _unless_empty(span: Span) -> tuple[Span, ...]:
    return (span,) if span[0] < span[1] else ()
