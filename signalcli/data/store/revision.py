"""Compare stored bars with the bars the source has now, and merge them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from signalcli.config.store import StoreConfig
from signalcli.data.bars import date_text
from signalcli.schemas import PRICES

VALUES = [*PRICES, "volume"]


@dataclass(frozen=True)
class Revision:
    """A rewrite of stored bars by their source.

    Parameters
    ----------
    first, last : Timestamp
        Dates of the first and last bar that differ.
    changed, missing, added : int
        Numbers of bars with other values, bars the source no longer has, and bars it did not have before.
    factor : float or None
        New price / old price if it is the same for all changed bars.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    changed: int
    missing: int
    added: int
    factor: float | None

    def __str__(self) -> str:
        """Return a description with factor and dates for messages."""
        span = f"{date_text(self.first)} … {date_text(self.last)}"
        if self.factor is not None:
            return f"prices rewritten by a factor of {self.factor:.6g}, a split or a dividend ({span})"
        counts = {"restated": self.changed, "removed": self.missing, "added": self.added}
        bars = [f"{n} {'bar' if n == 1 else 'bars'} {what}" for what, n in counts.items() if n]
        return f"{', '.join(bars)} ({span})"


def compare(
    stored: pd.DataFrame, fetched: pd.DataFrame, begin: dt.date | None, config: StoreConfig
) -> Revision | None:
    """Return how the source rewrote the stored bars, None if it did not.

    Both tables hold one symbol, sorted by date. Bars are compared from ``begin``, the first date requested
    (None: from the first bar fetched), to the last date that both tables reach.
    """
    old, new = _compared_span(
        stored, fetched, fetched["date"].iloc[0] if begin is None else pd.Timestamp(begin)
    )
    both = old.index.intersection(new.index)
    ratio = _ratios(old.loc[both], new.loc[both], old.index[-1:])
    changed = both[(np.abs(ratio - 1) > config.tolerance).any(axis=1)]
    missing, added = old.index.difference(new.index), new.index.difference(old.index)
    dates = changed.union(missing).union(added)
    if dates.empty:
        return None
    factor = None if len(missing) or len(added) else _common_factor(ratio, both.isin(changed), config)
    return Revision(dates[0], dates[-1], len(changed), len(missing), len(added), factor)


def append_new(stored: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    """Return the stored bars and the fetched ones with other dates; the last stored volume is updated.

    Exchanges report trades of a day after its close, so its volume may still change.
    """
    new = fetched[~fetched["date"].isin(stored["date"])]
    updated = _update_last_volume(stored, fetched)
    return updated if new.empty else pd.concat([updated, new]).sort_values("date", ignore_index=True)


def rewritten_history(stored: pd.DataFrame, fetched: pd.DataFrame, revision: Revision) -> pd.DataFrame:
    """Return the fetched history, after older stored bars unless these are on another scale."""
    before = stored[stored["date"] < fetched["date"].iloc[0]]
    if before.empty or revision.factor is not None:
        return fetched
    return pd.concat([before, fetched], ignore_index=True)


def _update_last_volume(stored: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    volume = fetched.loc[fetched["date"] == stored["date"].iloc[-1], "volume"]
    if volume.empty or volume.isna().all() or volume.iloc[0] == stored["volume"].iloc[-1]:
        return stored
    out = stored.copy()
    out.loc[out.index[-1], "volume"] = volume.iloc[0]
    return out


def _compared_span(
    stored: pd.DataFrame, fetched: pd.DataFrame, begin: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    end = min(stored["date"].iloc[-1], fetched["date"].iloc[-1])
    first = max(begin, stored["date"].iloc[0])
    parts = (table[table["date"].between(first, end)] for table in (stored, fetched))
    old, new = (part.set_index("date")[VALUES] for part in parts)
    return old, new


def _ratios(old: pd.DataFrame, new: pd.DataFrame, newest: pd.Index[Any]) -> np.ndarray:
    """Return new / old of prices and volume; 1 where both are missing, and for the newest volume."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = new.to_numpy(float) / old.to_numpy(float)
    same = (old.to_numpy(float) == new.to_numpy(float)) | (old.isna() & new.isna()).to_numpy()
    same[old.index.isin(newest), -1] = True
    ratio = np.where(same, 1.0, ratio)
    return np.where(np.isfinite(ratio), ratio, np.inf)


def _common_factor(ratio: np.ndarray, changed: np.ndarray, config: StoreConfig) -> float | None:
    """Return the factor of all prices before some date; a split or dividend changes no price after it."""
    count = int(changed.sum())
    prices = ratio[:count, : len(PRICES)]
    if not changed[:count].all() or not np.isfinite(prices).all():
        return None
    factor = float(np.median(prices))
    spread = np.abs(prices / factor - 1).max()
    change = abs(factor - 1)
    return factor if change > config.tolerance and spread <= min(config.same_factor, change / 2) else None
