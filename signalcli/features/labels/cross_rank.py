"""Labels by rank: whether a symbol's return is above the median of the returns from the same date."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.features import CROSS_RANK, FeatureConfig
from signalcli.errors import DataError, count

FEWEST = 2  # returns of a date that can be compared


def rank_labels(dates: np.ndarray, targets: pd.DataFrame, late: np.timedelta64) -> pd.DataFrame:
    """The target columns with directions by rank: 1 above the median of the date, else 0.

    The known returns of a date are compared, each over the bars of its own symbol. A return at the median is
    not above it, so that with an odd number of symbols one more has direction 0, and with ties more. A date
    with fewer than two known returns has no direction. A label is known when the last of the compared
    returns is, and ``late`` after it, because what closes later on that date may be among them.
    """
    returns = targets["forward_return"].to_numpy("float64")
    ends = targets["label_end"].to_numpy()
    rows = np.flatnonzero(targets["direction"].notna())
    _, day, number = np.unique(dates[rows], return_inverse=True, return_counts=True)
    low, high = _middle(day, returns[rows], number)
    above = (returns[rows] > low[day]) & (returns[rows] >= high[day])
    compared = number[day] >= FEWEST
    direction = np.full(len(dates), np.nan)
    direction[rows[compared]] = above[compared]
    end = np.full(len(dates), np.datetime64("NaT"), dtype=ends.dtype)
    end[rows[compared]] = _last_of_day(day, ends[rows], len(number))[day][compared] + late
    unknown = np.isnan(direction)
    values = pd.arrays.IntegerArray(np.where(unknown, 0, direction).astype("int8"), unknown)
    return targets.assign(direction=values, label_end=end)


def check_ranks(targets: pd.DataFrame) -> None:
    """Raise DataError when no date has two returns to compare."""
    if targets["forward_return"].notna().any() and not targets["direction"].notna().any():
        raise DataError(
            "DATA-FEW",
            f"--label {CROSS_RANK}: no date has {FEWEST} symbols with a known return; give the bars of more "
            "symbols, or --label direction",
        )


def rank_lines(features: pd.DataFrame, config: FeatureConfig) -> list[str]:
    """One line that counts the rows whose date has too few symbols to compare; none without one."""
    if config.label != CROSS_RANK:
        return []
    alone = features["forward_return"].notna() & features["direction"].isna()
    if not alone.any():
        return []
    dates = features.loc[alone, "date"]
    where = f"{count(dates.nunique(), 'date')}, first {dates.min():%Y-%m-%d}"
    rows = count(int(alone.sum()), "row")
    return [f"{rows} without a label: fewer than {FEWEST} known returns to compare ({where})"]


def _middle(day: np.ndarray, values: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two middle values of each day, (n_days,); the same one where their number is odd."""
    ordered = values[np.lexsort((values, day))]
    first = np.cumsum(number) - number
    return ordered[first + (number - 1) // 2], ordered[first + number // 2]


def _last_of_day(day: np.ndarray, ends: np.ndarray, days: int) -> np.ndarray:
    """The last of the dates of each day, (n_days,)."""
    last = np.full(days, np.iinfo("int64").min)
    np.maximum.at(last, day, ends.astype("int64"))
    return last.astype(ends.dtype)
