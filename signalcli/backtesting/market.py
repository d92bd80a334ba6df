"""Bars of one symbol as arrays, and statistics of their returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.backtesting.groups import RowIndex
from signalcli.data.bars_per_year import bars_per_year
from signalcli.data.universe import closing_rows
from signalcli.schemas import HALF_SPREAD, MEMBER, PRICES

YEAR = np.timedelta64(365 * 24 + 6, "h")


@dataclass(frozen=True)
class Market:
    """The bars of one symbol, each (n_bars,).

    half_spread : in price, of a trade at the bar; NaN before the first that is known.
    closing : whether a position is closed at the bar's close, because the symbol ends or leaves the universe.
    """

    dates: np.ndarray
    opens: np.ndarray
    highs: np.ndarray
    lows: np.ndarray
    closes: np.ndarray
    volumes: np.ndarray
    half_spread: np.ndarray | None = None
    closing: np.ndarray | None = None


def market_columns(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Columns of a table in order of time that `make_market` reads, as arrays."""
    columns = {name: table[name].to_numpy("float64") for name in (*PRICES, "volume")}
    columns |= {"date": table["date"].to_numpy()}
    columns |= {HALF_SPREAD: _newest_half_spread(table)} if HALF_SPREAD in table else {}
    return columns | ({"closing": closing_rows(table)} if MEMBER in table else {})


def _newest_half_spread(table: pd.DataFrame) -> np.ndarray:
    """The newest half-spread that is known at each row, (n_rows,); NaN before the first of the symbol."""
    return table.groupby("symbol", sort=False)[HALF_SPREAD].ffill().to_numpy("float64")


def make_market(columns: dict[str, np.ndarray], rows: RowIndex) -> Market:
    """Bars in some rows of `market_columns`."""
    opens, highs, lows, closes = (columns[name][rows] for name in PRICES)
    half_spread = columns[HALF_SPREAD][rows] if HALF_SPREAD in columns else None
    closing = columns["closing"][rows] if "closing" in columns else None
    volumes = columns["volume"][rows]
    return Market(columns["date"][rows], opens, highs, lows, closes, volumes, half_spread, closing)


def close_to_close_returns(closes: np.ndarray) -> np.ndarray:
    """Return of each bar from the previous close, (n_bars,); NaN for the first bar."""
    return np.concatenate([np.full(min(len(closes), 1), np.nan), closes[1:] / closes[:-1] - 1.0])


def trailing_mean(x: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last ``bars`` values, the current one included; NaN where a value is missing."""
    out = np.full(len(x), np.nan)
    if len(x) >= bars:
        out[bars - 1 :] = np.lib.stride_tricks.sliding_window_view(x, bars).mean(axis=1)
    return out


def trailing_mean_of_known(x: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the known values, ≥ 0, among the last ``bars``, the current one included; NaN where none is."""
    known = ~np.isnan(x)
    count = _trailing_sum(known.astype("float64"), bars)
    total = np.maximum(_trailing_sum(np.where(known, x, 0.0), bars), 0.0)  # of values that are not negative
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _trailing_sum(x: np.ndarray, bars: int) -> np.ndarray:
    """Sum of the last ``bars`` values, or of those there are."""
    total = np.cumsum(x)
    return total - np.concatenate([np.zeros(min(bars, len(x))), total[:-bars]])


def annualized_volatility(market: Market, bars: int) -> np.ndarray:
    """Realized volatility of the last ``bars`` returns a year, counted in bars, (n_bars,); NaN before."""
    mean_square = trailing_mean(close_to_close_returns(market.closes) ** 2, bars)
    return np.sqrt(mean_square * _bars_per_year_so_far(market.dates, bars + 1))


def _bars_per_year_so_far(dates: np.ndarray, first: int) -> np.ndarray:
    """Usual bars a year at each bar by its past alone: the first dates, twice as many, and so on."""
    out, end = np.full(len(dates), np.nan), first
    while end <= len(dates):
        out[end - 1 :] = bars_per_year(dates[:end])
        end *= 2
    return out
