"""Any provider's raw OHLC rows to BARS: one adjustment policy, sound rows only, sorted, key unique."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from signalcli.config.fetch import Adjust, BadRows
from signalcli.errors import DataError, UsageError, printable
from signalcli.schemas import BARS, check

if TYPE_CHECKING:
    import pandas as pd

PRICES = ["open", "high", "low", "close"]
MOST_BAD = 0.05  # more than this share of bad rows is a broken file, not a few bad rows


class Cleaned(NamedTuple):
    """BARS and what had to be said about the rows that are not among them."""

    bars: pd.DataFrame
    warnings: list[str]


def to_bars(
    raw: pd.DataFrame,
    *,
    where: str,
    adjust: Adjust = "total",
    bad_rows: BadRows = "drop",
    strict: bool = False,
) -> Cleaned:
    """Turn raw rows into a BARS table.

    Parameters
    ----------
    raw : DataFrame
        symbol, date, open, high, low, close, optionally volume, adj_close and split; the index is the line
        number. Prices are as traded; adj_close is adjusted for splits and dividends.
    where : str
        How messages call the input.
    adjust : {"total", "split", "raw"}
        ``total`` scales OHLC by adj_close / close where there is an adj_close.
    bad_rows : {"drop", "keep", "error"}
        What to do with rows whose high and low do not enclose open and close; a row without a price above
        zero can never be kept.
    strict : bool
        Refuse rows that are not in order of date.
    """
    raw = raw if "volume" in raw else raw.assign(volume=np.nan)
    if strict:
        _refuse_disorder(raw, where)
    sound, warnings = _sound_rows(_adjusted(raw, adjust, where), where, bad_rows)
    unique, more = _one_row_a_key(sound, where)
    order = [*BARS.columns, *(c for c in unique.columns if c not in BARS.columns)]
    return Cleaned(check(unique[order], BARS, where), warnings + more)


def _refuse_disorder(raw: pd.DataFrame, where: str) -> None:
    for symbol, rows in raw.groupby("symbol", sort=False):
        falls = rows["date"].diff() < np.timedelta64(0)
        if falls.any():
            line = rows.index[falls][0]
            raise DataError(
                "DATA-ORDER", f"{where}:{line}: {printable(symbol)}: date before the row above it"
            )


def _sound_rows(raw: pd.DataFrame, where: str, bad_rows: BadRows) -> tuple[pd.DataFrame, list[str]]:
    """Rows that may be used, and one counted line about the others."""
    with np.errstate(invalid="ignore"):
        priceless = ~(np.isfinite(raw[PRICES]) & (raw[PRICES] > 0)).all(axis=1)
    outside = ~priceless & ((raw["high"] < raw[PRICES].max(axis=1)) | (raw["low"] > raw[PRICES].min(axis=1)))
    found = [(priceless, "DATA-PRICE", "a price is missing or not above 0")]
    found += [(outside, "DATA-HIGHLOW", "open or close outside low … high")] if bad_rows != "keep" else []
    warnings, bad = [], np.zeros(len(raw), dtype=bool)
    for mask, code, what in found:
        if mask.any():
            text = f"{where}:{raw.index[mask][0]}: {what} ({mask.sum()} of {len(raw)} rows)"
            _refuse_if(bad_rows == "error", code, f"{text}; fix the file or use --bad-rows drop")
            warnings.append(f"{text}; dropped")
            bad |= mask.to_numpy()
    share = bad.mean()
    said = "; ".join(w.removesuffix("; dropped") for w in warnings)
    broken = f"{where}: {share:.0%} of the rows are bad ({said}); more than {MOST_BAD:.0%} is a broken file"
    _refuse_if(share > MOST_BAD, "DATA-BADROWS", broken)
    return raw[~bad], warnings


def _refuse_if(wrong: bool, code: str, message: str) -> None:
    if wrong:
        raise DataError(code, message)


def _one_row_a_key(rows: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Rows said twice with the same prices are said once; with other prices nobody knows which is right."""
    key = ["symbol", "date"]
    twice = rows.duplicated(key)
    if not twice.any():
        return rows, []
    contradiction = twice & ~rows.duplicated([*key, *PRICES])
    if contradiction.any():
        line = rows.index[contradiction][0]
        symbol, date = rows.loc[line, key]
        date = f"{date:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        text = f"{where}:{line}: {printable(symbol)} {date} stands twice with different prices"
        raise DataError("DATA-KEY", f"{text}; keep the right one")
    return rows[~twice], [f"{where}:{rows.index[twice][0]}: {twice.sum()} rows stand twice; kept once"]


def _adjusted(rows: pd.DataFrame, adjust: Adjust, where: str) -> pd.DataFrame:
    """OHLC on one scale; the columns that say how are used up. Volume stays as the source reports it."""
    factor = None
    if adjust == "total" and "adj_close" in rows:
        factor = rows["adj_close"] / rows["close"]
    elif adjust == "split":
        factor = _split_factor(rows, where)
    if factor is not None:
        rows = rows.assign(**{price: rows[price] * factor for price in PRICES})
    return rows.drop(columns=["adj_close", "split"], errors="ignore")


def _split_factor(rows: pd.DataFrame, where: str) -> pd.Series[float] | None:
    """1 / the product of all later split ratios, per symbol; a ratio of 0 or 1 is no split."""
    if "split" not in rows and "adj_close" not in rows:
        return None  # the provider adjusted already, or nothing was ever split
    if "split" not in rows:
        raise UsageError(
            "ADJUST-SPLIT",
            f"{where}: has an adjusted close, which mixes splits with dividends, and no split column; "
            "use --adjust total or raw",
        )
    ratio = rows["split"].where(rows["split"] > 0, 1.0).fillna(1.0)
    newest_first = ratio.loc[rows.sort_values("date", ascending=False).index]
    by_symbol = rows.loc[newest_first.index, "symbol"]
    return 1.0 / (newest_first.groupby(by_symbol).cumprod() / newest_first).loc[rows.index]
