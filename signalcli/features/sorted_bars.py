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
    starts = _starts_if_sorted(bars)
    if starts is None:
        bars = check(bars, BARS, "bars")
        starts = _symbol_starts(bars["symbol"])
    bars = bars.reset_index(drop=True)
    columns = {name: np.ascontiguousarray(bars[name].to_numpy()) for name in (*PRICES, "volume", "date")}
    return SortedBars(bars, columns, starts)


def _symbol_starts(symbols: pd.Series[Any]) -> np.ndarray:
    """Rows in which another symbol starts."""
    texts = symbols.array
    return np.flatnonzero(np.append(True, np.asarray(texts[1:] != texts[:-1], "bool")))


def unbroken_starts(table: SortedBars, longest_gap: dt.timedelta | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows at which a series of bars without a longer gap starts, and those of them that follow a gap."""
    dates = table.columns["date"]
    if longest_gap is None:
        return table.starts, np.zeros(0, "int64")
    broken = np.flatnonzero(np.diff(dates) > np.timedelta64(longest_gap)) + 1
    after_gap = np.setdiff1d(broken, table.starts)
    return np.union1d(table.starts, after_gap), after_gap


def long_gaps(table: SortedBars, config: FeatureConfig) -> list[tuple[str, pd.Timestamp]]:
    """Symbol and date of each bar that follows a gap at which windows and labels end."""
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


def _starts_if_sorted(bars: pd.DataFrame) -> np.ndarray | None:
    """The first row of each symbol if the table meets the schema as it is, else None."""
    if any(str(bars[c].dtype) != kind.value for c, kind in BARS.columns.items() if c in bars):
        return None
    if not set(BARS.columns) <= set(bars.columns) or len(bars) == 0:
        return None
    starts = _symbol_starts(bars["symbol"])
    return starts if _is_ascending(bars, starts) and not _has_infinity(bars) else None


def _is_ascending(bars: pd.DataFrame, starts: np.ndarray) -> bool:
    """Whether symbols are named and ascend, and dates are known and ascend within each."""
    symbols, dates = bars["symbol"].iloc[starts], bars["date"].to_numpy()
    ascending = dates[1:] > dates[:-1]  # False for NaT
    ascending[starts[1:] - 1] = True
    return bool(
        symbols.is_monotonic_increasing
        and symbols.is_unique
        and not symbols.isin([""]).any()
        and not symbols.isna().any()
        and not np.isnat(dates).any()
        and ascending.all()
    )


def _has_infinity(bars: pd.DataFrame) -> bool:
    floats = bars.columns[[dtype.kind == "f" for dtype in bars.dtypes]]
    return any(np.isinf(bars[name].to_numpy()).any() for name in floats)
