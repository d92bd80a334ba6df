"""PREDICTIONS of one model → dates × symbols, where calendars differ and symbols come and go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.data.universe import are_members, longest_pause


@dataclass(frozen=True)
class Grid:
    """Rows of one model, by date and symbol.

    dates : (n_dates,) every date on which a symbol has a bar. symbols : their names, in order.
    row : (n_dates, n_symbols) number of the row; -1 without a bar.
    last : (n_dates, n_symbols) number of the newest row up to the date; -1 before the first.
    alive : (n_dates, n_symbols) whether the newest bar is at most `longest_pause` old, and in the universe.

    Nothing here depends on later dates: a symbol that is no longer traded is alive until the pause is over.
    """

    dates: np.ndarray
    symbols: list[str]
    row: np.ndarray
    last: np.ndarray
    alive: np.ndarray

    @property
    def present(self) -> np.ndarray:
        """Whether a symbol has a bar, (n_dates, n_symbols)."""
        return self.row >= 0

    def spread(self, values: np.ndarray, missing: float = np.nan) -> np.ndarray:
        """Values of the rows on their bars, (n_dates, n_symbols)."""
        return np.where(self.present, values[self.row], missing)

    def latest(self, values: np.ndarray) -> np.ndarray:
        """Value of the newest row of each symbol, (n_dates, n_symbols); NaN before its first."""
        return np.where(self.last >= 0, values[self.last], np.nan)

    def newest(self, values: np.ndarray, missing: float) -> np.ndarray:
        """Value of the newest row of each symbol that is alive, (n_dates, n_symbols)."""
        return np.where(self.alive, values[self.last], missing)


def make_grid(rows: pd.DataFrame) -> Grid:
    """Grid of the rows of one model (and path), each symbol and date once."""
    dates, day = np.unique(rows["date"].to_numpy(), return_inverse=True)
    symbol, names = pd.factorize(rows["symbol"], sort=True)
    row = np.full((len(dates), len(names)), -1)
    row[day, symbol] = np.arange(len(rows))
    place = np.where(row >= 0, np.arange(len(dates))[:, None], -1)
    newest = np.maximum.accumulate(place, axis=0)
    last = np.where(newest >= 0, row[np.maximum(newest, 0), np.arange(len(names))], -1)
    age = dates[:, None] - dates[np.maximum(newest, 0)]
    most = longest_pause(dates[row[:, j] >= 0] for j in range(len(names)))
    alive = (last >= 0) & are_members(rows)[last] & (age <= most)
    return Grid(dates, [str(name) for name in names], row, last, alive)
