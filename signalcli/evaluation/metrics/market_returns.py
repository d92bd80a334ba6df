"""What a record can be held against, made when a metric asks for it: few do, and records may be many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Made = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Beside:
    """Functions that give the columns.

    Parameters
    ----------
    market : function to (n_bars,)
        Return of each bar from close to close, unknown for the first.
    ahead : function to (n_resolved,)
        Forward return of the resolved rows.
    dates : function to (n_resolved,)
        Dates of the resolved rows.
    """

    market: Made
    ahead: Made
    dates: Made


def close_to_close(closes: np.ndarray) -> np.ndarray:
    """Return of each bar; the first is not known."""
    return np.concatenate([np.full(min(len(closes), 1), np.nan), closes[1:] / closes[:-1] - 1.0])


def side_by_side(parts: Sequence[Beside], of_row: np.ndarray, n_dates: int) -> Beside:
    """Of several records: ``of_row`` numbers the date of each of their bars, one record after another."""

    def market() -> np.ndarray:
        every = np.concatenate([part.market() for part in parts])
        known = ~np.isnan(every)
        count = np.bincount(of_row[known], minlength=n_dates)
        total = np.bincount(of_row[known], weights=every[known], minlength=n_dates)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    return Beside(
        market,
        lambda: np.concatenate([part.ahead() for part in parts]),
        lambda: np.concatenate([part.dates() for part in parts]),
    )
