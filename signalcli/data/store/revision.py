"""Stored bars beside the same bars as the source gives them now: what it says otherwise, and how to merge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from signalcli.config.store import StoreConfig

if TYPE_CHECKING:
    import pandas as pd

PRICES = ["open", "high", "low", "close"]
VALUES = [*PRICES, "volume"]


@dataclass(frozen=True)
class Revision:
    """A rewrite of stored bars by their source.

    Parameters
    ----------
    first, last : Timestamp
        Dates of the first and last bar that changed, among those that were compared.
    changed, missing, added : int
        Bars with other numbers, bars the source has no longer, bars it did not have then.
    factor : float or None
        New price / old price, when it is the same for all of them.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    changed: int
    missing: int
    added: int
    factor: float | None

    def __str__(self) -> str:
        """What happened, with factor and dates, as half a sentence."""
        when = f"{date_text(self.first)} … {date_text(self.last)}"
        if self.factor is not None:
            return f"prices rewritten by a factor of {self.factor:.6g}, a split or a dividend ({when})"
        counts = {"restated": self.changed, "gone": self.missing, "put in": self.added}
        bars = [f"{n} {'bar' if n == 1 else 'bars'} {what}" for what, n in counts.items() if n]
        return f"{', '.join(bars)} ({when})"


def compare(
    stored: pd.DataFrame, fetched: pd.DataFrame, begin: dt.date | None, config: StoreConfig
) -> Revision | None:
    """The rewrite that stored bars went through, None when there was none.

    Bars of one symbol each, by date. Compared is what lies between ``begin``, the first date asked for (None
    is whatever came first), and the last bar that both could have.
    """
    import pandas as pd

    old, new = _between(stored, fetched, fetched["date"].iloc[0] if begin is None else pd.Timestamp(begin))
    both = old.index.intersection(new.index)
    ratio = _ratios(old.loc[both], new.loc[both], old.index[-1:])
    moved = both[(np.abs(ratio - 1) > config.tolerance).any(axis=1)]
    missing, added = old.index.difference(new.index), new.index.difference(old.index)
    dates = moved.union(missing).union(added)
    if dates.empty:
        return None
    factor = None if len(missing) or len(added) else _factor(ratio, both.isin(moved), config)
    return Revision(dates[0], dates[-1], len(moved), len(missing), len(added), factor)


def merged(stored: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    """Stored bars and the fetched ones that are not among them; the last stored volume as it is told now.

    Exchanges go on reporting the trades of a day after its close, so that volume alone may still settle.
    """
    import pandas as pd

    news = fetched[~fetched["date"].isin(stored["date"])]
    settled = _settled(stored, fetched)
    if news.empty:
        return settled
    return pd.concat([settled, news]).sort_values("date", ignore_index=True)


def succeeding(stored: pd.DataFrame, fresh: pd.DataFrame, revision: Revision) -> pd.DataFrame:
    """The history after a rewrite: as fetched, with what the source no longer has where that still fits."""
    import pandas as pd

    before = stored[stored["date"] < fresh["date"].iloc[0]]
    return (
        fresh
        if before.empty or revision.factor is not None
        else pd.concat([before, fresh], ignore_index=True)
    )


def _settled(stored: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    told = fetched.loc[fetched["date"] == stored["date"].iloc[-1], "volume"]
    if told.empty or told.isna().all() or told.iloc[0] == stored["volume"].iloc[-1]:
        return stored
    out = stored.copy()
    out.loc[out.index[-1], "volume"] = told.iloc[0]
    return out


def _between(
    stored: pd.DataFrame, fetched: pd.DataFrame, begin: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    end = min(stored["date"].iloc[-1], fetched["date"].iloc[-1])
    first = max(begin, stored["date"].iloc[0])
    parts = (table[table["date"].between(first, end)] for table in (stored, fetched))
    old, new = (part.set_index("date")[VALUES] for part in parts)
    return old, new


def _ratios(old: pd.DataFrame, new: pd.DataFrame, newest: pd.Index[Any]) -> np.ndarray:
    """New / old of open, high, low, close and volume; 1 where both say nothing, and for the newest volume."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = new.to_numpy(float) / old.to_numpy(float)
    same = (old.to_numpy(float) == new.to_numpy(float)) | (old.isna() & new.isna()).to_numpy()
    same[old.index.isin(newest), -1] = True
    ratio = np.where(same, 1.0, ratio)
    return np.where(np.isfinite(ratio), ratio, np.inf)


def _factor(ratio: np.ndarray, moved: np.ndarray, config: StoreConfig) -> float | None:
    """The one factor of all prices before some date; a split or dividend changes none after it."""
    count = int(moved.sum())
    prices = ratio[:count, : len(PRICES)]
    if not moved[:count].all() or not np.isfinite(prices).all():
        return None
    middle = float(np.median(prices))
    spread = np.abs(prices / middle - 1).max()
    change = abs(middle - 1)
    return middle if change > config.tolerance and spread <= min(config.same_factor, change / 2) else None


def date_text(date: pd.Timestamp) -> str:
    """Date, with the time where there is one."""
    return f"{date:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
