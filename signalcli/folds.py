"""Cutting rows into folds by their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from signalcli.errors import DataError
from signalcli.specs.folds import FoldSpec


@dataclass(frozen=True)
class Fold:
    """One cut: row positions of the training part and of the test block.

    Parameters
    ----------
    number : int
        1 is the earliest.
    train, test : ndarray of int
        Positions in the table that was split, ascending.
    """

    number: int
    train: np.ndarray
    test: np.ndarray


def split(dates: np.ndarray, label_end: np.ndarray, spec: FoldSpec) -> Iterator[Fold]:
    """Cut rows into folds by their dates.

    Parameters
    ----------
    dates : (n_rows,) datetime64
        Several rows may share a date (several symbols); they are never parted.
    label_end : (n_rows,) datetime64
        When each row's label is known; NaT is not yet. A row whose label ends after the first test date,
        or is not known, is never trained on.
    spec : FoldSpec
        How to cut.

    Raises
    ------
    DataError
        When there are too few dates for the folds.
    """
    from sklearn.model_selection import TimeSeriesSplit

    unique, of_row = np.unique(dates, return_inverse=True)
    cutter = TimeSeriesSplit(spec.folds, max_train_size=spec.max_train, gap=spec.gap)
    try:
        cuts = list(cutter.split(unique))
    except ValueError as error:
        raise DataError(
            "DATA-FEW", f"{len(unique)} usable dates are too few for --folds {spec.folds} --gap {spec.gap}"
        ) from error
    for number, (train_dates, test_dates) in enumerate(cuts, start=1):
        resolved = label_end <= unique[test_dates[0]]  # NaT compares as False
        train = np.isin(of_row, train_dates) & resolved
        yield Fold(number, np.flatnonzero(train), np.flatnonzero(np.isin(of_row, test_dates)))
