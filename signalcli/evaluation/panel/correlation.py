"""Information coefficients: how the scores of a date correlate with the returns that follow."""

from __future__ import annotations

import numpy as np

from signalcli.evaluation.panel.cross_section import CrossSections
from signalcli.features.sets.cross_section import mean_of_day, rank_in_day

CONSTANT = 1e-24  # share of the mean square below which values of a date do not vary
ROUNDING = 1e-12  # a smaller correlation is rounding


def rank_ic(panel: CrossSections) -> np.ndarray:
    """Spearman's rank correlation of scores and returns of each date, (n_dates,); ties share their mean rank.

    NaN on a date with fewer than two symbols or with constant scores or returns.
    """
    day = panel.day
    return _correlation(day, rank_in_day(day, panel.scores), rank_in_day(day, panel.returns), panel)


def ic(panel: CrossSections) -> np.ndarray:
    """Pearson's correlation of scores and returns of each date, (n_dates,); NaN as for `rank_ic`."""
    return _correlation(panel.day, panel.scores, panel.returns, panel)


def _correlation(day: np.ndarray, x: np.ndarray, y: np.ndarray, panel: CrossSections) -> np.ndarray:
    n = len(panel.dates)
    dx, dy = x - mean_of_day(day, x), y - mean_of_day(day, y)
    varies = [
        np.bincount(day, d * d, n) > CONSTANT * np.bincount(day, v * v, n) for d, v in ((dx, x), (dy, y))
    ]
    size = np.sqrt(np.bincount(day, dx * dx, n)) * np.sqrt(np.bincount(day, dy * dy, n))
    defined = varies[0] & varies[1] & (size > 0)
    correlation = np.bincount(day, dx * dy, n) / np.where(defined, size, 1.0)
    exact = np.where(np.abs(correlation) > ROUNDING, correlation, 0.0)  # else a 0 may count as positive
    return np.where(defined, exact, np.nan)
