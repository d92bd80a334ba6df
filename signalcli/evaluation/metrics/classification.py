"""How good the probabilities are, in plain NumPy so that a backtest starts quickly.

Everywhere ``y`` (n,) are the true labels, ``predicted`` (n,) the labels said, ``p`` (n, n_classes) the
probabilities in the order of ``classes``. What is undefined (no rows, one class only) is NaN.
"""

import numpy as np

from signalcli.evaluation.metrics.moments import mean
from signalcli.models.prediction_sets import decided, possible

NAN = float("nan")
SMALLEST = float(np.finfo(float).eps)  # probability that what was called impossible is charged with


def log_loss(y: np.ndarray, p: np.ndarray, classes: np.ndarray) -> float:
    """Mean of -ln(probability given to what happened), ≥ 0; a coin scores ln(n_classes)."""
    if not len(y) or np.isnan(p).any():
        return NAN
    given = p[:, 0]
    for i in range(1, len(classes)):
        given = np.where(y == classes[i], p[:, i], given)
    return -mean(np.log(np.minimum(np.maximum(given, SMALLEST), 1.0)))


def brier(y: np.ndarray, p_up: np.ndarray) -> float:
    """Mean squared distance of P(up) from what happened, 0 … 1; a coin scores .25 (Brier 1950)."""
    if not len(y) or np.isnan(p_up).any():
        return NAN
    return mean((p_up - (y == 1)) ** 2)


def auc(y: np.ndarray, p_up: np.ndarray) -> float:
    """Chance that P(up) is higher on an up row than on another, ties counting half, 0 … 1."""
    up = y == 1
    n_up = int(np.count_nonzero(up))
    pairs = n_up * (len(y) - n_up)
    if pairs == 0 or np.isnan(p_up).any():
        return NAN
    # Numbers from 0 up are ordered as their bits are, so a sort can take the class along behind the last bit.
    bits, place = (p_up + 0.0).view("int64") << 1, np.arange(len(y))
    behind_ties = int((np.sort(bits | up) & 1) @ place)
    before_ties = int((np.sort(bits | ~up) & 1 ^ 1) @ place)
    return ((behind_ties + before_ties) / 2 - n_up * (n_up - 1) / 2) / pairs


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
