"""When rows and their labels are known, where symbols of several exchanges share a model.

The dates of daily bars are days. What closes on a date elsewhere may not be known yet, so a training label
must be known at the moment of the first test row, not only on its date.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.data.closes import is_daily, zone_conflict
from signalcli.schemas import KNOWN_AT

INSTANT = np.timedelta64(1, "us")


class Moments(NamedTuple):
    """Moment at which each row and each row's label is known, (n_rows,); NaT for a label that is not."""

    rows: np.ndarray
    labels: np.ndarray


def moments(rows: pd.DataFrame, label_end: np.ndarray) -> Moments:
    """Moments of rows that share a model: their dates, unless exchanges of several time zones are among them.

    Then the column ``known_at`` tells. Without it, nothing of a date counts as known to the other rows of
    that date: labels are known an instant after it.
    """
    dates = rows["date"].to_numpy()
    if KNOWN_AT in rows and rows["symbol"].nunique() > 1:
        return Moments(rows[KNOWN_AT].to_numpy(), _label_moments(rows, label_end))
    if _zones_differ(rows):
        return Moments(dates, label_end + INSTANT)
    return Moments(dates, label_end)


def _zones_differ(rows: pd.DataFrame) -> bool:
    """Whether daily bars of several symbols seem to close at different moments of a date."""
    if rows["symbol"].nunique() < 2 or not is_daily(rows["date"].to_numpy()):
        return False
    by_symbol = {str(s): part["date"].to_numpy() for s, part in rows.groupby("symbol")}
    return zone_conflict(list(by_symbol), list(by_symbol.values())) is not None


def _label_moments(rows: pd.DataFrame, label_end: np.ndarray) -> np.ndarray:
    """Close of the bar that ends each label; where it is missing, as late in its day as the row."""
    own = (label_end + (rows[KNOWN_AT] - rows["date"])).to_numpy()
    closes = rows.set_index(["symbol", "date"])[KNOWN_AT]
    keys = pd.MultiIndex.from_arrays([rows["symbol"], pd.Series(label_end)])
    found = closes.reindex(keys).to_numpy()
    return np.where(np.isnat(found) | np.isnat(label_end), own, found)
