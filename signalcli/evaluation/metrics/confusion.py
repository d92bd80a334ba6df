"""Confusion matrix of predicted directions, and the metrics that need nothing else.

Counts are Python integers, because arithmetic on a dozen of them is faster than a NumPy call. Undefined
values (no rows, one class only) are NaN.
"""

import math
from typing import NamedTuple

import numpy as np

from signalcli.evaluation.metrics.metric import SHARE, metric

UP, DOWN = -1, 0  # positions among the classes; with two classes, "down" means "not up"


class ConfusionMatrix(NamedTuple):
    """Rows by true and predicted class, classes in rising order, so that up is the last.

    cells : ``cells[i][j]`` rows of class i were predicted as class j.
    true, predicted : rows of each class, and rows predicted as each class.
    hits, n : correct rows, and all rows.
    """

    cells: list[list[int]]
    true: list[int]
    predicted: list[int]
    hits: int
    n: int


def confusion_matrix(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> ConfusionMatrix:
    """Confusion matrix of true and predicted labels, both (n,)."""
    is_true, is_predicted = ([labels == c for c in classes] for labels in (y, predicted))
    cells = [[int(np.count_nonzero(t & p)) for p in is_predicted] for t in is_true]
    hits = sum([row[i] for i, row in enumerate(cells)])
    columns = zip(*cells, strict=True)
    return ConfusionMatrix(cells, [sum(row) for row in cells], [sum(c) for c in columns], hits, len(y))


@metric(formula="correct rows / resolved rows", unit=SHARE)
def accuracy(confusion: ConfusionMatrix) -> float:
    """Share of rows with the correct label, 0 … 1."""
    return _divide(confusion.hits, confusion.n)


@metric(formula="mean of recall over the classes", unit=SHARE)
def balanced_accuracy(confusion: ConfusionMatrix) -> float:
    """Mean recall over the classes that occur, 0 … 1; a constant prediction scores 1 / n_classes."""
    recalls = [confusion.cells[i][i] / n for i, n in enumerate(confusion.true) if n]
    return float(np.add.reduce(recalls)) / len(recalls) if len(recalls) > 1 else math.nan


@metric(
    formula="up rows / resolved rows; with three classes the rows of the most frequent one",
    unit=SHARE,
)
def base_rate(confusion: ConfusionMatrix) -> float:
    """Accuracy of always predicting up, or with three classes the most frequent one."""
    most_frequent = confusion.true[-1] if len(confusion.true) == 2 else max(confusion.true)
    return _divide(most_frequent, confusion.n)


@metric("mcc", formula="correlation of label and prediction", unit="-1 … 1", source="Gorodkin 2004")
def matthews(confusion: ConfusionMatrix) -> float:
    """Matthews correlation coefficient, -1 … 1, for any number of classes (Gorodkin 2004)."""
    n, true, predicted = confusion.n, confusion.true, confusion.predicted
    covariance = confusion.hits * n - _dot(true, predicted)
    variances = n * n - _dot(true, true), n * n - _dot(predicted, predicted)
    return covariance / math.sqrt(variances[0] * variances[1]) if min(variances) > 0 else math.nan


@metric(formula="1 if more than 95 % of the rows get the same label", unit="0 or 1")
def collapsed(confusion: ConfusionMatrix) -> float:
    """1 if more than 95 % of the rows are predicted as the same class, else 0."""
    return float(max(confusion.predicted) > 0.95 * confusion.n) if confusion.n else math.nan


@metric("precision_up", label=UP, formula="rows predicted up that are up / rows predicted up", unit=SHARE)
@metric(
    "precision_down",
    label=DOWN,
    formula="rows predicted down that are / rows predicted down; not up with two classes",
    unit=SHARE,
)
def precision(confusion: ConfusionMatrix, label: int) -> float:
    """Share of the rows predicted as a class that belong to it, 0 … 1; ``label`` is the class's position."""
    return _divide(confusion.cells[label][label], confusion.predicted[label])


@metric("recall_up", label=UP, formula="up rows predicted up / up rows", unit=SHARE)
@metric(
    "recall_down",
    label=DOWN,
    formula="down rows predicted down / down rows; not up with two classes",
    unit=SHARE,
)
def recall(confusion: ConfusionMatrix, label: int) -> float:
    """Share of the rows of a class that are predicted as such, 0 … 1."""
    return _divide(confusion.cells[label][label], confusion.true[label])


@metric("f1_up", label=UP, formula="harmonic mean of precision and recall", unit=SHARE)
@metric("f1_down", label=DOWN, formula="harmonic mean of precision and recall", unit=SHARE)
def f1(confusion: ConfusionMatrix, label: int) -> float:
    """Harmonic mean of precision and recall of a class, 0 … 1."""
    return _divide(2 * confusion.cells[label][label], confusion.true[label] + confusion.predicted[label])


@metric(formula="mean of F1 over the classes", unit=SHARE)
def f1_macro(confusion: ConfusionMatrix) -> float:
    """Mean F1 of the classes that occur or are predicted, 0 … 1; rare classes weigh as much as others."""
    scores = [f1(confusion, label) for label in range(len(confusion.cells))]
    defined = [score for score in scores if not math.isnan(score)]
    return sum(defined) / len(defined) if defined else math.nan


def _dot(a: list[int], b: list[int]) -> int:
    return sum([x * y for x, y in zip(a, b, strict=True)])


def _divide(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
