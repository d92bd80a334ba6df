"""How much the order of the symbols changes from date to date."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from signalcli.evaluation.panel.cross_section import CrossSections
from signalcli.features.sets.cross_section import rank_in_day


def rank_autocorrelation(panel: CrossSections) -> np.ndarray:
    """Correlation of the ranks of each date with those of the date before, (n_dates,).

    Ranks are among all symbols of their date; the correlation is over the symbols of both dates. NaN on the
    first date, and where fewer than two symbols are on both or ranks are constant.
    """
    ranks = rank_in_day(panel.day, panel.scores)

    def correlation(now: slice, before: slice) -> float:
        _, a, b = np.intersect1d(panel.symbols[now], panel.symbols[before], return_indices=True)
        x, y = ranks[now][a], ranks[before][b]
        if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
            return np.nan
        return float(np.corrcoef(x, y)[0, 1])

    return _date_after_date(panel, correlation)


def quantile_turnover(panel: CrossSections, of_row: np.ndarray, quantile: int) -> np.ndarray:
    """Share of the symbols of a quantile that were not in it on the date before, (n_dates,).

    NaN on the first date and where the quantile is empty.
    """

    def share_of_new(now: slice, before: slice) -> float:
        members, earlier = (panel.symbols[rows][of_row[rows] == quantile] for rows in (now, before))
        return float(np.mean(~np.isin(members, earlier))) if len(members) and len(earlier) else np.nan

    return _date_after_date(panel, share_of_new)


def _date_after_date(panel: CrossSections, compare: Callable[[slice, slice], float]) -> np.ndarray:
    """``compare`` of the rows of each date and those of the date before it, (n_dates,); NaN for the first."""
    later = range(1, len(panel.dates))
    values = [np.nan, *(compare(panel.rows(date), panel.rows(date - 1)) for date in later)]
    return np.array(values[: len(panel.dates)])
