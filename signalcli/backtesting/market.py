"""Bars of one symbol as arrays, and statistics of their returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from signalcli.backtesting.groups import RowIndex
from signalcli.schemas import PRICES

YEAR = np.timedelta64(365 * 24 + 6, "h")


@dataclass(frozen=True)
class Market:
    """The bars of one symbol, each (n_bars,)."""

    dates: np.ndarray
    opens: np.ndarray
    highs: np.ndarray
    lows: np.ndarray
    closes: np.ndarray
    volumes: np.ndarray
    half_spread: np.ndarray | None = None


def market_columns(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Columns of a table that `make_market` reads, as arrays."""
    names = [*PRICES, "volume", *(["half_spread"] if "half_spread" in table else [])]
    return {name: table[name].to_numpy("float64") for name in names} | {"date": table["date"].to_numpy()}


def make_market(columns: dict[str, np.ndarray], rows: RowIndex) -> Market:
    """Bars in some rows of `market_columns`."""
    opens, highs, lows, closes = (columns[name][rows] for name in PRICES)
    half_spread = columns["half_spread"][rows] if "half_spread" in columns else None
    return Market(columns["date"][rows], opens, highs, lows, closes, columns["volume"][rows], half_spread)


def close_to_close_returns(closes: np.ndarray) -> np.ndarray:
    """Return of each bar from the previous close, (n_bars,); NaN for the first bar."""
    return np.concatenate([np.full(min(len(closes), 1), np.nan), closes[1:] / closes[:-1] - 1.0])


def trailing_mean(x: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last ``bars`` values, the current one included; NaN where a value is missing."""
    out = np.full(len(x), np.nan)
    if len(x) >= bars:
        out[bars - 1 :] = np.lib.stride_tricks.sliding_window_view(x, bars).mean(axis=1)
    return out


def annualized_volatility(market: Market, bars: int) -> np.ndarray:
    """Realized volatility of the last ``bars`` returns, annualized by the time they took, (n_bars,).

    Only dates of past bars are used, so the number of bars per year need not be known.
    """
    total = trailing_mean(close_to_close_returns(market.closes) ** 2, bars) * bars
    years = np.full(len(total), np.nan)
    years[bars:] = (market.dates[bars:] - market.dates[:-bars]) / YEAR
    return np.sqrt(total / years)
