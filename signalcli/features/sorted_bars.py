"""BARS sorted by symbol and date, with their columns as flat arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

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
