"""BARS sorted by symbol and date, with their columns as flat arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.features import FeatureConfig
from signalcli.errors import printable
from signalcli.schemas import BARS, PRICES, check


class SortedBars(NamedTuple):
    """Sorted BARS, their columns as flat arrays, and the first row of each symbol."""

    bars: pd.DataFrame
    columns: dict[str, np.ndarray]
    starts: np.ndarray

    @property
    def lengths(self) -> dict[str, int]:
        """Number of bars of each symbol."""
        symbols = self.bars["symbol"].iloc[self.starts]
        lengths = np.diff(np.append(self.starts, len(self.bars))).tolist()
        return dict(zip(symbols, lengths, strict=True))


def sort_bars(bars: pd.DataFrame) -> SortedBars:
    """Check the bars and sort them by symbol and date; bars in order are not copied."""
    if not _is_sorted(bars):
        bars = check(bars, BARS, "bars")
    bars = bars.reset_index(drop=True)
    columns = {name: np.ascontiguousarray(bars[name].to_numpy()) for name in (*PRICES, "volume", "date")}
    return SortedBars(bars, columns, symbol_starts(bars["symbol"]))


def symbol_starts(symbols: pd.Series[Any]) -> np.ndarray:
    """Rows in which another symbol starts."""
    codes = pd.factorize(symbols)[0]
    return np.flatnonzero(np.diff(codes, prepend=-1))


def unbroken_starts(table: SortedBars, longest_gap: dt.timedelta | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows at which a series of bars without a longer gap starts, and those of them that follow a gap."""
    dates = table.columns["date"]
    if longest_gap is None:
        return table.starts, np.zeros(0, "int64")
    broken = np.flatnonzero(np.diff(dates) > np.timedelta64(longest_gap)) + 1
    after_gap = np.setdiff1d(broken, table.starts)
    return np.union1d(table.starts, after_gap), after_gap


def long_gaps(bars: pd.DataFrame, config: FeatureConfig) -> list[tuple[str, pd.Timestamp]]:
    """Symbol and date of each bar that follows a gap at which windows and labels end."""
    table = sort_bars(bars)
    after_gap = unbroken_starts(table, config.longest_gap)[1]
    return list(table.bars[["symbol", "date"]].iloc[after_gap].itertuples(index=False, name=None))


def gap_lines(gaps: Sequence[tuple[str, pd.Timestamp]], config: FeatureConfig) -> list[str]:
    """One line that counts the gaps and names the first; none without a gap."""
    if not gaps:
        return []
    symbol, date = min(gaps)
    count = "1 gap" if len(gaps) == 1 else f"{len(gaps)} gaps"
    first = f"{printable(symbol)} before {date:%Y-%m-%d}"
    return [
        f"{count} of more than {config.max_gap}, first of {first}: windows and labels end there (--max-gap)"
    ]


def _is_sorted(bars: pd.DataFrame) -> bool:
    """Whether the table meets the schema as it is: types, ascending keys, no infinite value."""
    if any(str(bars[c].dtype) != kind.value for c, kind in BARS.columns.items() if c in bars):
        return False
    if not set(BARS.columns) <= set(bars.columns) or len(bars) == 0:
        return False
    starts, dates = symbol_starts(bars["symbol"]), bars["date"].to_numpy()
    symbols = bars["symbol"].iloc[starts]
    ascending = dates[1:] > dates[:-1]  # False for NaT
    ascending[starts[1:] - 1] = True
    floats = [bars[c].to_numpy() for c in bars.columns[[d.kind == "f" for d in bars.dtypes]]]
    return bool(
        symbols.is_monotonic_increasing
        and symbols.is_unique
        and not symbols.isin([""]).any()
        and not symbols.isna().any()
        and not np.isnat(dates).any()
        and ascending.all()
        and not any(np.isinf(values).any() for values in floats)
    )
