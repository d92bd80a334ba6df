"""The rows of one model, date by date: scores and the returns that followed them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.backtesting.checks import has_forecast
from signalcli.backtesting.score import score


class CrossSections(NamedTuple):
    """Rows of one model with a forecast and a known return, sorted by date.

    dates : (n_dates,) the dates. borders : (n_dates + 1,) where the rows of each date begin, and their end.
    symbols, scores, returns : (n_rows,) number of the symbol, its score and its return after the date.
    """

    dates: np.ndarray
    borders: np.ndarray
    symbols: np.ndarray
    scores: np.ndarray
    returns: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Number of symbols of each date, (n_dates,)."""
        return np.diff(self.borders)

    @property
    def day(self) -> np.ndarray:
        """Number of the date of each row, (n_rows,)."""
        return np.repeat(np.arange(len(self.dates)), self.sizes)

    def rows(self, date: int) -> slice:
        """Rows of a date by its number."""
        return slice(int(self.borders[date]), int(self.borders[date + 1]))


def cross_sections(predictions: pd.DataFrame) -> CrossSections:
    """Cross-sections of PREDICTIONS of one model.

    The score is the probability of up, with three classes less that of down.
    """
    returns = predictions["forward_return"].to_numpy("float64")
    used = predictions[has_forecast(predictions) & np.isfinite(returns)]
    rows = used.sort_values(["date", "symbol"], kind="stable")
    dates, first = np.unique(rows["date"].to_numpy(), return_index=True)
    return CrossSections(
        dates,
        np.append(first, len(rows)),
        pd.factorize(rows["symbol"])[0],
        score(rows),
        rows["forward_return"].to_numpy("float64"),
    )
