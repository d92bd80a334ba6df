"""Quantiles of the scores of each date, and the returns of their equal-weight portfolios."""

from __future__ import annotations

import numpy as np

from signalcli.backtesting.portfolio.weights import shares_of_highest
from signalcli.evaluation.panel.cross_section import CrossSections


def quantile_of_rows(panel: CrossSections, quantiles: int) -> np.ndarray:
    """Quantile of each row among the scores of its date, 1 the lowest, (n_rows,).

    Borders are those of ``pandas.qcut``: linear between ordered scores, a score on a border below it. Equal
    scores share a quantile, so that one may be empty. 0 on a date with fewer symbols than quantiles or with
    constant scores.
    """
    out = np.zeros(len(panel.scores), dtype="int64")
    for date in np.flatnonzero(panel.sizes >= quantiles):
        rows = panel.rows(int(date))
        scores = panel.scores[rows]
        if scores.min() < scores.max():
            out[rows] = np.searchsorted(_inner_borders(scores, quantiles), scores) + 1
    return out


def _inner_borders(scores: np.ndarray, quantiles: int) -> np.ndarray:
    """Borders between quantiles, (quantiles - 1,).

    Places are whole numbers by ``quantiles``, so that a border at a score is that score without rounding.
    """
    ordered = np.sort(scores)
    place, rest = np.divmod((len(scores) - 1) * np.arange(1, quantiles), quantiles)
    return ordered[place] + (ordered[place + 1] - ordered[place]) * (rest / quantiles)


def quantile_returns(panel: CrossSections, of_row: np.ndarray, quantiles: int) -> np.ndarray:
    """Mean return of each quantile by date, (n_dates, quantiles); NaN where it is empty."""
    shape = (len(panel.dates), quantiles + 1)
    cell = panel.day * shape[1] + of_row
    number = np.bincount(cell, minlength=shape[0] * shape[1])
    total = np.bincount(cell, panel.returns, shape[0] * shape[1])
    means = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return means.reshape(shape)[:, 1:]


def spread(returns: np.ndarray) -> np.ndarray:
    """Return of half the capital long in the highest quantile and half short in the lowest, (n_dates,).

    ``returns`` are those of the quantiles, (n_dates, quantiles). The gross exposure is 1.
    """
    return (returns[:, -1] - returns[:, 0]) / 2


def extreme_returns(panel: CrossSections, number: int) -> np.ndarray:
    """Mean return of the ``number`` highest and of the lowest scores by date, (n_dates, 2).

    At most half of the symbols of a date are in each. Symbols with equal scores at the border share the
    places that are left. NaN on a date with fewer than two symbols or constant scores.
    """
    out = np.full((len(panel.dates), 2), np.nan)
    for date in np.flatnonzero(panel.sizes >= 2):
        rows = panel.rows(int(date))
        scores, returns = panel.scores[rows], panel.returns[rows]
        places = min(number, len(scores) // 2)
        if scores.min() < scores.max():
            out[date] = [shares_of_highest(s, places) @ returns / places for s in (scores, -scores)]
    return out
