"""Metrics of predicted probabilities, in plain NumPy so that a backtest starts quickly.

Arrays hold the rows whose label is known: ``y`` (n,) true labels, ``predicted`` (n,) predicted labels, ``p``
(n, n_classes) probabilities in the order of ``classes``, ``p_up`` (n,) the last of them. Undefined values (no
rows, one class only) are NaN.
"""

import math

import numpy as np

from signalcli.evaluation.metrics.metric import RATIO, SHARE, metric
from signalcli.evaluation.metrics.moments import ROUNDING, mean, ratio, spread
from signalcli.evaluation.significance.paired import pesaran_timmermann
from signalcli.models.prediction_sets import in_set, is_decided

SMALLEST = float(np.finfo(float).eps)  # a probability of 0 counts as this, so that the loss is finite


@metric(formula="mean of -ln p(true class)", unit="nats; a coin has ln 2")
def log_loss(y: np.ndarray, p: np.ndarray, classes: np.ndarray) -> float:
    """Mean of -ln(probability of the true class), ≥ 0; a coin scores ln(n_classes)."""
    if not len(y) or np.isnan(p).any():
        return math.nan
    p_true = p[:, 0]
    for i in range(1, len(classes)):
        p_true = np.where(y == classes[i], p[:, i], p_true)
    return -mean(np.log(np.minimum(np.maximum(p_true, SMALLEST), 1.0)))


@metric(formula="mean of (p_up - up)²", unit="a coin has .25", source="Brier 1950")
def brier(y: np.ndarray, p_up: np.ndarray) -> float:
    """Mean squared difference between P(up) and the outcome, 0 … 1; a coin scores .25 (Brier 1950)."""
    if not len(y) or np.isnan(p_up).any():
        return math.nan
    return mean((p_up - (y == 1)) ** 2)


@metric(formula="P(p_up of an up row > of another), ties ½", unit=SHARE)
def auc(y: np.ndarray, p_up: np.ndarray) -> float:
    """Probability that P(up) is higher on an up row than on another, ties counting half, 0 … 1."""
    up = y == 1
    n_up = int(np.count_nonzero(up))
    pairs = n_up * (len(y) - n_up)
    if pairs == 0 or np.isnan(p_up).any():
        return math.nan
    # Non-negative floats sort like their bits, so one sort can carry the class in the last bit.
    bits, place = (p_up + 0.0).view("int64") << 1, np.arange(len(y))
    after_ties = int((np.sort(bits | up) & 1) @ place)
    before_ties = int((np.sort(bits | ~up) & 1 ^ 1) @ place)
    return ((after_ties + before_ties) / 2 - n_up * (n_up - 1) / 2) / pairs


@metric(
    formula="mean |p_up - share of up| over ten bins, weighted by rows",
    unit=SHARE,
    source="Naeini et al. 2015",
)
def calibration_error(y: np.ndarray, p_up: np.ndarray, bins: int = 10) -> float:
    """Mean distance between P(up) and the share of up, over bins of equal width weighted by their rows."""
    if not len(y) or np.isnan(p_up).any():
        return math.nan
    place = np.minimum((p_up * bins).astype("int64"), bins - 1)
    distance = np.bincount(place, weights=p_up - (y == 1), minlength=bins)
    return float(np.sum(np.abs(distance)) / len(y))


@metric(
    formula="rows whose true label is in the prediction set / resolved rows, with fit --coverage",
    unit=SHARE,
    source="Vovk, Gammerman, Shafer 2005",
)
def coverage(y: np.ndarray, p: np.ndarray, classes: np.ndarray, band: np.ndarray | None) -> float:
    """Share of rows whose true label is in the prediction set, 0 … 1; NaN without a band."""
    if band is None:
        return math.nan
    covered = in_set(p, band)[np.arange(len(y)), np.searchsorted(classes, y)]
    return _mean_where(covered, ~np.isnan(band))


@metric(
    "decided",
    formula="rows with one class in the prediction set / resolved rows, with fit --coverage",
    unit=SHARE,
)
def decided_share(p: np.ndarray, band: np.ndarray | None) -> float:
    """Share of rows with one class in the prediction set, 0 … 1; NaN without a band."""
    return math.nan if band is None else _mean_where(is_decided(p, band), ~np.isnan(band))


@metric(formula="correct decided rows / decided rows, with fit --coverage", unit=SHARE)
def decided_accuracy(y: np.ndarray, predicted: np.ndarray, p: np.ndarray, band: np.ndarray | None) -> float:
    """Share of the decided rows with the correct label, 0 … 1; NaN without a band."""
    return math.nan if band is None else _mean_where(y == predicted, is_decided(p, band) & ~np.isnan(band))


@metric(
    "accuracy_low",
    side=0,
    formula="lower end of the 95 % Wilson interval; overlapping labels count as fewer rows",
    unit=SHARE,
    source="Wilson 1927",
)
@metric(
    "accuracy_high",
    side=1,
    formula="upper end of the 95 % Wilson interval; overlapping labels as for accuracy_low",
    unit=SHARE,
    source="Wilson 1927",
)
def accuracy_bound(accuracy_interval: tuple[float, float], side: int) -> float:
    """Lower (side 0) or upper (1) end of the interval of the accuracy."""
    return accuracy_interval[side]


@metric(
    formula="standard normal when label and prediction are independent; Student's t where labels overlap",
    unit="standard deviations",
    source="Pesaran, Timmermann 1992",
)
def pt_statistic(y: np.ndarray, predicted: np.ndarray, horizon: int, label_bars: np.ndarray) -> float:
    """Statistic of `pesaran_timmermann`."""
    return pesaran_timmermann(y == 1, predicted == 1, horizon, label_bars).statistic


@metric(formula="one-sided p-value of pt_statistic", unit=SHARE, source="Pesaran, Timmermann 1992")
def pt_p(y: np.ndarray, predicted: np.ndarray, horizon: int, label_bars: np.ndarray) -> float:
    """p-value of `pesaran_timmermann`."""
    return pesaran_timmermann(y == 1, predicted == 1, horizon, label_bars).p_value


@metric(formula="correlation of p_up and forward_return", unit="-1 … 1")
def ic(p_up: np.ndarray, forward_returns: np.ndarray) -> float:
    """Information coefficient: correlation of two arrays (n,), -1 … 1."""
    if len(p_up) < 3:
        return math.nan
    spreads = spread(p_up) * spread(forward_returns)
    if not spreads > ROUNDING**2 or not spread(p_up) > ROUNDING:
        return math.nan
    covariance = float((p_up - mean(p_up)) @ (forward_returns - mean(forward_returns))) / (len(p_up) - 1)
    return float(np.clip(covariance / spreads, -1.0, 1.0))


@metric(formula="correlation of the ranks of p_up and forward_return", unit="-1 … 1")
def rank_ic(p_up: np.ndarray, forward_returns: np.ndarray) -> float:
    """Information coefficient of the ranks."""
    return math.nan if np.isnan(p_up).any() else ic(rank(p_up), rank(forward_returns))


@metric(
    "ic_ir", ranks=False, formula="mean / sd over dates of ic over the symbols; for PORTFOLIO", unit=RATIO
)
@metric(
    "rank_ic_ir",
    ranks=True,
    formula="mean / sd over dates of rank_ic over the symbols; for PORTFOLIO",
    unit=RATIO,
)
def ic_ratio(p_up: np.ndarray, forward_returns: np.ndarray, label_dates: np.ndarray, ranks: bool) -> float:
    """Mean divided by standard deviation, over dates, of the information coefficient of each date's rows."""
    if np.isnan(p_up).any():
        return math.nan
    order = np.argsort(label_dates, kind="stable")
    borders = np.flatnonzero(np.diff(label_dates[order])) + 1
    coefficient = rank_ic if ranks else ic
    by_date = [coefficient(p_up[rows], forward_returns[rows]) for rows in np.split(order, borders)]
    defined = np.array([value for value in by_date if not np.isnan(value)])
    return ratio(mean(defined), spread(defined))


def rank(x: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values get their mean rank."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _mean_where(x: np.ndarray, where: np.ndarray) -> float:
    return float(np.mean(x[where])) if where.any() else math.nan
