"""Yahoo's answer as a table of bars: price adjustment, local dates, and the rows that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.data.sources.yahoo.unfinished import finished

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from signalcli.data.sources.yahoo.request import YahooRequest

PRICES = ["open", "high", "low", "close"]
COLUMNS = ["symbol", "date", *PRICES, "volume"]


def bars_of(
    symbol: str, answer: pd.DataFrame, meta: Mapping[str, Any], request: YahooRequest, now: datetime
) -> pd.DataFrame:
    """Bars of one symbol with the columns `COLUMNS`, by date; without rows if none was asked for and over.

    A row is left out where all four prices are missing; one missing price stays NaN. A volume Yahoo does not
    know arrives as 0.

    Parameters
    ----------
    symbol : str
        Written into every row.
    answer : DataFrame
        ``Ticker.history`` with ``auto_adjust=False``, ``actions=True``, ``keepna=True``.
    meta : mapping
        The metadata of the same answer.
    request : YahooRequest
        Adjustment, first and last date, unfinished bars.
    now : datetime
        Aware; decides which bars are over.
    """
    told = answer.rename(columns=str.lower)
    stamps: Any = told.index
    table = _adjusted(told, request.adjust).assign(symbol=symbol, date=_dates(stamps, request))
    # A hole is judged before scaling, which can widen it.
    wanted = told[PRICES].notna().any(axis=1) & _asked_for(table["date"], request)
    if not request.include_unfinished:
        wanted &= finished(stamps, request.interval, meta, now)
    return table[wanted][COLUMNS].sort_values("date", ignore_index=True)


def no_rows() -> pd.DataFrame:
    """Make a table of bars with its columns and types, and no rows."""
    types = dict.fromkeys(PRICES, "float64") | {"date": "datetime64[us]", "symbol": "str", "volume": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in COLUMNS})


def _adjusted(table: pd.DataFrame, policy: str) -> pd.DataFrame:
    if policy == "total":
        return _scaled(table, table["adj close"] / table["close"])
    if policy == "raw":
        # All rows count here: a split may fall on a row that is left out later.
        later = _later_splits(table["stock splits"])
        return _scaled(table, later).assign(volume=(table["volume"] / later).round().astype("int64"))
    return table


def _scaled(table: pd.DataFrame, factor: pd.Series) -> pd.DataFrame:
    return table.assign(**{name: table[name] * factor for name in PRICES})


def _later_splits(splits: pd.Series) -> pd.Series:
    """Product of all split ratios after each row; the row of the split itself already trades new shares."""
    ratios = splits.fillna(0.0).replace(0.0, 1.0).to_numpy(float)
    up_to_end = np.cumprod(ratios[::-1])[::-1]
    return pd.Series(up_to_end / ratios, index=splits.index)


def _dates(stamps: pd.DatetimeIndex, request: YahooRequest) -> pd.DatetimeIndex:
    """Naive dates: the local calendar day, or the moment in UTC for intraday bars."""
    naive = stamps.tz_convert("UTC").tz_localize(None) if request.intraday else _local_days(stamps)
    return naive.as_unit("us")


def _local_days(stamps: pd.DatetimeIndex) -> pd.DatetimeIndex:
    # Where clocks change at midnight, a day may begin at one o'clock.
    return stamps.tz_localize(None).normalize()


def _asked_for(dates: pd.Series, request: YahooRequest) -> pd.Series:
    days = dates.dt.normalize()
    first = days.min() if request.start is None else pd.Timestamp(request.start)
    last = days.max() if request.end is None else pd.Timestamp(request.end)
    asked_for: pd.Series = days.between(first, last)
    return asked_for
