"""How often each class was said of each: all that the scores of said directions are made of.

Everywhere ``counts[t][s]`` are the rows of class ``t`` that were said to be ``s``, both in the order of the
classes, the last one being up. They are Python's numbers, because a dozen of them is less than NumPy's call.
What is undefined (no rows, one class only) is NaN.
"""

import math

import numpy as np

NAN = float("nan")
Counts = tuple[tuple[int, ...], ...]


def confusion(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> Counts:
    """Confusion matrix of true labels and labels said, both (n,)."""
    true, said = ([side == c for c in classes] for side in (y, predicted))
    return tuple(tuple(int(np.count_nonzero(t & s)) for s in said) for t in true)


def hits(counts: Counts) -> int:
    """Rows with the right label."""
    return sum(row[i] for i, row in enumerate(counts))


def rows(counts: Counts) -> int:
    """All rows."""
    return sum(map(sum, counts))


def accuracy(counts: Counts) -> float:
    """Share of rows with the right label, 0 … 1."""
    return _share(hits(counts), rows(counts))


def balanced_accuracy(counts: Counts) -> float:
    """Mean over the classes of the share found of each, 0 … 1; any constant answer gets 1 / n_classes."""
    found = [row[i] / sum(row) for i, row in enumerate(counts) if sum(row)]
    return float(np.add.reduce(found)) / len(found) if len(found) > 1 else NAN


def base_rate(counts: Counts) -> float:
    """Share of up labels: what saying "up" every time would score."""
    return _share(sum(counts[-1]), rows(counts))


def matthews(counts: Counts) -> float:
    """Matthews correlation coefficient, -1 … 1, for any number of classes (Gorodkin 2004)."""
    n, true, said = rows(counts), [sum(row) for row in counts], _said(counts)
    covariance = hits(counts) * n - sum(t * s for t, s in zip(true, said, strict=True))
    spreads = [n * n - sum(k * k for k in side) for side in (true, said)]
    return covariance / math.sqrt(spreads[0] * spreads[1]) if min(spreads) > 0 else NAN


def collapsed(counts: Counts) -> float:
    """1 when more than 95 % of the rows are given one and the same label, else 0."""
    n = rows(counts)
    return float(max(_said(counts)) > 0.95 * n) if n else NAN


def precision(counts: Counts, label: int) -> float:
    """Share of the rows given a label that truly have it, 0 … 1; ``label`` is its place among the classes."""
    return _share(counts[label][label], _said(counts)[label])


def recall(counts: Counts, label: int) -> float:
    """Share of the rows with a label that are given it, 0 … 1."""
    return _share(counts[label][label], sum(counts[label]))


def f1(counts: Counts, label: int) -> float:
    """Harmonic mean of precision and recall of a label, 0 … 1."""
    return _share(2 * counts[label][label], sum(counts[label]) + _said(counts)[label])


def f1_macro(counts: Counts) -> float:
    """Mean of F1 over the classes that are there or were said, 0 … 1; missing a rare one costs as much."""
    found = [value for value in (f1(counts, label) for label in range(len(counts))) if not math.isnan(value)]
    return sum(found) / len(found) if found else NAN


def _said(counts: Counts) -> list[int]:
    """Rows given each label."""
    return [sum(column) for column in zip(*counts, strict=True)]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else NAN
