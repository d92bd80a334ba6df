"""How what was said goes with what came: correlation of probability and return. Undefined is NaN."""

import numpy as np

from signalcli.evaluation.metrics.moments import mean, spread

NAN = float("nan")
ROUNDING = 1e-14


def information(said: np.ndarray, came: np.ndarray) -> float:
    """Correlation of two arrays (n,), -1 … 1: the information coefficient."""
    if len(said) < 3 or np.isnan(said).any():
        return NAN
    sizes = spread(said) * spread(came)
    if not sizes > ROUNDING**2 or not spread(said) > ROUNDING:
        return NAN
    apart = float((said - mean(said)) @ (came - mean(came))) / (len(said) - 1)
    return float(np.clip(apart / sizes, -1.0, 1.0))


def ranked(x: np.ndarray) -> np.ndarray:
    """Ranks of the values, equal ones their mean rank."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def information_by_date(
    said: np.ndarray, came: np.ndarray, dates: np.ndarray, *, ranks: bool = False
) -> float:
    """Mean by standard deviation, over dates, of the correlation over the rows of a date."""
    order = np.argsort(dates, kind="stable")
    borders = np.flatnonzero(np.diff(dates[order])) + 1
    found = []
    for rows in np.split(order, borders):
        pair = (said[rows], came[rows])
        found.append(information(*(map(ranked, pair) if ranks else pair)))
    known = np.array([value for value in found if not np.isnan(value)])
    size = spread(known)
    return mean(known) / size if size > ROUNDING else NAN
