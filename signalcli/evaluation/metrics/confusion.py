"""How often each class was said of each: all that the scores of said directions are made of.

They are Python's numbers, because a dozen of them is less than NumPy's call. What is undefined (no rows, one
class only) is NaN.
"""

import math
from typing import NamedTuple

import numpy as np

NAN = float("nan")


class Counts(NamedTuple):
    """A confusion matrix: ``cells[t][s]`` rows of class ``t`` were said to be ``s``.

    Both stand in the order of the classes, the last one being up. ``true`` and ``said`` are the rows of each
    class and those said to be of it, ``hits`` the rows with the right label, ``n`` all of them.
    """

    cells: list[list[int]]
    true: list[int]
    said: list[int]
    hits: int
    n: int


def confusion(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> Counts:
    """Confusion matrix of true labels and labels said, both (n,)."""
    true, said = ([side == c for c in classes] for side in (y, predicted))
    cells = [[int(np.count_nonzero(t & s)) for s in said] for t in true]
    hits = sum([row[i] for i, row in enumerate(cells)])
    return Counts(
        cells, [sum(row) for row in cells], [sum(column) for column in zip(*cells, strict=True)], hits, len(y)
    )


def accuracy(counts: Counts) -> float:
    """Share of rows with the right label, 0 … 1."""
    return _share(counts.hits, counts.n)


def balanced_accuracy(counts: Counts) -> float:
    """Mean over the classes of the share found of each, 0 … 1; any constant answer gets 1 / n_classes."""
    found = [counts.cells[i][i] / n for i, n in enumerate(counts.true) if n]
    return float(np.add.reduce(found)) / len(found) if len(found) > 1 else NAN


def base_rate(counts: Counts) -> float:
    """Share of up labels: what saying "up" every time would score."""
    return _share(counts.true[-1], counts.n)


def matthews(counts: Counts) -> float:
    """Matthews correlation coefficient, -1 … 1, for any number of classes (Gorodkin 2004)."""
    n, true, said = counts.n, counts.true, counts.said
    covariance = counts.hits * n - _product(true, said)
    spreads = n * n - _product(true, true), n * n - _product(said, said)
    return covariance / math.sqrt(spreads[0] * spreads[1]) if min(spreads) > 0 else NAN


def _product(a: list[int], b: list[int]) -> int:
    return sum([x * y for x, y in zip(a, b, strict=True)])


def collapsed(counts: Counts) -> float:
    """1 when more than 95 % of the rows are given one and the same label, else 0."""
    return float(max(counts.said) > 0.95 * counts.n) if counts.n else NAN


def precision(counts: Counts, label: int) -> float:
    """Share of the rows given a label that truly have it, 0 … 1; ``label`` is its place among the classes."""
    return _share(counts.cells[label][label], counts.said[label])


def recall(counts: Counts, label: int) -> float:
    """Share of the rows with a label that are given it, 0 … 1."""
    return _share(counts.cells[label][label], counts.true[label])


def f1(counts: Counts, label: int) -> float:
    """Harmonic mean of precision and recall of a label, 0 … 1."""
    return _share(2 * counts.cells[label][label], counts.true[label] + counts.said[label])


def f1_macro(counts: Counts) -> float:
    """Mean of F1 over the classes that are there or were said, 0 … 1; missing a rare one costs as much."""
    found = [
        value for value in (f1(counts, label) for label in range(len(counts.cells))) if not math.isnan(value)
    ]
    return sum(found) / len(found) if found else NAN


def _share(part: int, whole: int) -> float:
    return part / whole if whole else NAN
