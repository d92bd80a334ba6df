"""Splits that a source recorded beside its prices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.errors import count, shortened


def split_factor(rows: pd.DataFrame, where: str) -> tuple[pd.Series[float], list[str]]:
    """Return 1 / the product of all later split ratios of the symbol, and a line on what is not applied.

    rows : raw rows in any order with symbol, date, open, close and split, a ratio of new shares for one old;
    0, 1 and NaN are no split. Where the recorded splits of a symbol make its overnight moves larger, its
    prices are adjusted for them already, and its factor is 1.
    """
    ordered = rows.sort_values(["symbol", "date"], kind="stable")
    ratio = ordered["split"].where(ordered["split"] > 0, 1.0).fillna(1.0)
    adjusted = _in_prices(ordered, ratio)
    ratio = ratio.mask(ordered["symbol"].isin(adjusted), 1.0)
    later = ratio[::-1].groupby(ordered["symbol"][::-1]).cumprod()
    return (ratio / later).reindex(rows.index), _line(adjusted, where)


def _in_prices(ordered: pd.DataFrame, ratio: pd.Series[float]) -> list[str]:
    """Return the symbols whose prices do not jump where their splits are recorded."""
    overnight = np.log(ordered["open"] / ordered.groupby("symbol")["close"].shift())
    with_split = (overnight + np.log(ratio)).abs()
    gain = (overnight.abs() - with_split).where(ratio != 1.0)
    total = gain.groupby(ordered["symbol"]).sum()
    return [str(symbol) for symbol in total.index[total < 0]]


def _line(symbols: list[str], where: str) -> list[str]:
    if not symbols:
        return []
    said = f"prices of {count(len(symbols), 'symbol')} are adjusted for the recorded splits already"
    return [f"{where}: {said} ({shortened(symbols)}); not applied again"]
