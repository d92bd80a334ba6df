"""How good the directions and probabilities are, in plain NumPy so that a backtest starts quickly.

Everywhere ``y`` (n,) are the true labels, ``predicted`` (n,) the labels said, ``p`` (n, n_classes) the
probabilities in the order of ``classes``. What is undefined (no rows, one class only) is NaN.
"""

import numpy as np

from signalcli.bands import decided, possible

NAN = float("nan")


def accuracy(y: np.ndarray, predicted: np.ndarray) -> float:
    """Share of rows with the right label, 0 … 1."""
    return float(np.mean(y == predicted)) if len(y) else NAN


def balanced_accuracy(y: np.ndarray, predicted: np.ndarray) -> float:
    """Mean over the classes of the share found of each, 0 … 1; any constant answer gets 1 / n_classes."""
    found = [np.mean(predicted[y == c] == c) for c in np.unique(y)]
    return float(np.mean(found)) if len(found) > 1 else NAN


def base_rate(y: np.ndarray) -> float:
    """Share of up labels: what saying "up" every time would score."""
    return float(np.mean(y == 1)) if len(y) else NAN


def matthews(y: np.ndarray, predicted: np.ndarray) -> float:
    """Matthews correlation coefficient, -1 … 1, for any number of classes (Gorodkin 2004)."""
    classes = np.union1d(y, predicted)
    true, said = (np.array([np.sum(side == c) for c in classes], dtype="float64") for side in (y, predicted))
    covariance = float(np.sum(y == predicted)) * len(y) - float(true @ said)
    spreads = [len(y) ** 2 - float(side @ side) for side in (true, said)]
    return float(covariance / np.sqrt(spreads[0] * spreads[1])) if min(spreads) > 0 else NAN


def log_loss(y: np.ndarray, p: np.ndarray, classes: np.ndarray) -> float:
    """Mean of -ln(probability given to what happened), ≥ 0; a coin scores ln(n_classes)."""
    if not len(y) or np.isnan(p).any():
        return NAN
    given = p[np.arange(len(y)), np.searchsorted(classes, y)]
    return float(-np.mean(np.log(np.clip(given, np.finfo(float).eps, 1.0))))


def brier(y: np.ndarray, p_up: np.ndarray) -> float:
    """Mean squared distance of P(up) from what happened, 0 … 1; a coin scores .25 (Brier 1950)."""
    if not len(y) or np.isnan(p_up).any():
        return NAN
    return float(np.mean((p_up - (y == 1)) ** 2))


def auc(y: np.ndarray, p_up: np.ndarray) -> float:
    """Chance that P(up) is higher on an up row than on another, ties counting half, 0 … 1."""
    up = y == 1
    pairs = up.sum() * (~up).sum()
    if pairs == 0 or np.isnan(p_up).any():
        return NAN
    _, inverse, counts = np.unique(p_up, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[inverse][up].sum() - up.sum() * (up.sum() + 1) / 2) / pairs)


def collapsed(predicted: np.ndarray) -> float:
    """1 when more than 95 % of the rows are given one and the same label, else 0."""
    if not len(predicted):
        return NAN
    return float(np.unique(predicted, return_counts=True)[1].max() > 0.95 * len(predicted))


def precision(y: np.ndarray, predicted: np.ndarray, label: int) -> float:
    """Share of the rows given a label that truly have it, 0 … 1."""
    said = predicted == label
    return float(np.mean(y[said] == label)) if said.any() else NAN


def recall(y: np.ndarray, predicted: np.ndarray, label: int) -> float:
    """Share of the rows with a label that are given it, 0 … 1."""
    return precision(predicted, y, label)


def f1(y: np.ndarray, predicted: np.ndarray, label: int) -> float:
    """Harmonic mean of precision and recall of a label, 0 … 1."""
    either = float(np.sum(y == label) + np.sum(predicted == label))
    return float(2 * np.sum((y == label) & (predicted == label)) / either) if either else NAN


def calibration_error(y: np.ndarray, p_up: np.ndarray, bins: int = 10) -> float:
    """Mean distance of P(up) from the share of up, over equally wide bins weighted by their rows."""
    if not len(y) or np.isnan(p_up).any():
        return NAN
    place = np.minimum((p_up * bins).astype("int64"), bins - 1)
    distance = np.bincount(place, weights=p_up - (y == 1), minlength=bins)
    return float(np.sum(np.abs(distance)) / len(y))


def coverage(y: np.ndarray, p: np.ndarray, classes: np.ndarray, band: np.ndarray) -> float:
    """Share of rows whose true label is among those held possible, 0 … 1; needs a band."""
    held = possible(p, band)[np.arange(len(y)), np.searchsorted(classes, y)]
    return _mean_where(held, ~np.isnan(band))


def decided_share(p: np.ndarray, band: np.ndarray) -> float:
    """Share of rows with one possible label, 0 … 1; needs a band."""
    return _mean_where(decided(p, band), ~np.isnan(band))


def decided_accuracy(y: np.ndarray, predicted: np.ndarray, p: np.ndarray, band: np.ndarray) -> float:
    """Share of the decided rows with the right label, 0 … 1; needs a band."""
    return _mean_where(y == predicted, decided(p, band) & ~np.isnan(band))


def _mean_where(x: np.ndarray, where: np.ndarray) -> float:
    return float(np.mean(x[where])) if where.any() else NAN
