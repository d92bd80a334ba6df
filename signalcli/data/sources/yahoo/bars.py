"""Convert an answer of Yahoo to raw bars: adjust prices, set local dates, select the requested rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.data.sources.yahoo.unfinished import is_finished
from signalcli.schemas import BARS, PRICES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from signalcli.data.sources.yahoo.request import YahooRequest


def to_raw_bars(
    symbol: str, answer: pd.DataFrame, meta: Mapping[str, Any], request: YahooRequest, now: datetime
) -> pd.DataFrame:
    """Return the requested finished bars of one symbol with the columns of BARS, sorted by date.

    Rows without any price are dropped; a single missing price stays NaN. An unknown volume is 0.

    Parameters
    ----------
    symbol : str
        Written into every row.
    answer : DataFrame
        Result of ``Ticker.history`` with ``auto_adjust=False``, ``actions=True``, ``keepna=True``.
    meta : mapping
        The metadata of the same answer.
    request : YahooRequest
        Adjustment, first and last date, unfinished bars.
    now : datetime
        With a time zone; decides which bars are finished.
    """
    answer = answer.rename(columns=str.lower)
    starts: Any = answer.index
    table = _adjust(answer, request.adjust).assign(symbol=symbol, date=_dates(starts, request))
    # Missing prices are counted before scaling, which can add more.
    selected = answer[PRICES].notna().any(axis=1) & _in_window(table["date"], request)
    if not request.include_unfinished:
        selected &= is_finished(starts, request.interval, meta, now)
    return table[selected][list(BARS.columns)].sort_values("date", ignore_index=True)


def empty_bars() -> pd.DataFrame:
    """Return a table of raw bars without rows."""
    types = dict.fromkeys(PRICES, "float64") | {"date": "datetime64[us]", "symbol": "str", "volume": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in BARS.columns})


def _adjust(table: pd.DataFrame, policy: str) -> pd.DataFrame:
    if policy == "total":
        return _scale(table, table["adj close"] / table["close"])
    if policy == "raw":
        # All rows are needed: a split may be on a row that is dropped later.
        later = _later_splits(table["stock splits"])
        return _scale(table, later).assign(volume=(table["volume"] / later).round().astype("int64"))
    return table


def _scale(table: pd.DataFrame, factor: pd.Series) -> pd.DataFrame:
    return table.assign(**{name: table[name] * factor for name in PRICES})


def _later_splits(splits: pd.Series) -> pd.Series:
    """Return the product of all split ratios after each row; on the day of a split, new shares trade."""
    ratios = splits.fillna(0.0).replace(0.0, 1.0).to_numpy(float)
    up_to_end = np.cumprod(ratios[::-1])[::-1]
    return pd.Series(up_to_end / ratios, index=splits.index)


def _dates(starts: pd.DatetimeIndex, request: YahooRequest) -> pd.DatetimeIndex:
    """Return naive dates: the local day, or the start in UTC for intraday bars."""
    naive = starts.tz_convert("UTC").tz_localize(None) if request.intraday else _local_days(starts)
    return naive.as_unit("us")


def _local_days(starts: pd.DatetimeIndex) -> pd.DatetimeIndex:
    # Where clocks change at midnight, a day may start at 1:00.
    return starts.tz_localize(None).normalize()


def _in_window(dates: pd.Series, request: YahooRequest) -> pd.Series:
    days = dates.dt.normalize()
    first = days.min() if request.start is None else pd.Timestamp(request.start)
    last = days.max() if request.end is None else pd.Timestamp(request.end)
    return days.between(first, last)
