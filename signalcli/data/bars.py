"""Clean raw OHLC rows of any source into BARS: adjust, drop invalid rows, sort, make the key unique."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.fetch import Adjust, BadRows
from signalcli.data.splits import split_factor
from signalcli.errors import DataError, UsageError, count, printable
from signalcli.schemas import BARS, PRICES, check

KEY = ["symbol", "date"]
MOST_BAD = 0.05  # a file with a larger share of invalid rows is refused
PLACE = "place"  # name of an index whose labels are whole places, such as ``IBM.csv:118``


class Cleaned(NamedTuple):
    """BARS, notes and warnings about rows that were dropped, and symbol and date of the invalid ones."""

    bars: pd.DataFrame
    warnings: list[str]
    dropped: pd.DataFrame


def to_bars(
    raw: pd.DataFrame,
    *,
    where: str,
    adjust: Adjust = "total",
    bad_rows: BadRows = "drop",
    strict: bool = False,
    columns: Sequence[str] = PRICES,
) -> Cleaned:
    """Turn raw rows into a BARS table.

    Parameters
    ----------
    raw : DataFrame
        symbol, date, open, high, low, close, optionally volume, adj_close and split; the index is the line
        number, or named `PLACE`. Prices are as traded; adj_close is adjusted for splits and dividends.
    where : str
        Name of the input in messages.
    adjust : {"total", "split", "raw"}
        ``total`` scales OHLC by adj_close / close if there is an adj_close.
    bad_rows : {"drop", "keep", "error"}
        What to do with rows whose open or close is outside low … high; rows with a price that is missing or
        not above zero are never kept.
    strict : bool
        Refuse rows that are not sorted by date.
    columns : sequence of str
        Columns that are used. A row is valid when these are; in other columns an infinite number becomes NaN.
    """
    raw = raw if "volume" in raw else raw.assign(volume=np.nan)
    if strict:
        _refuse_disorder(raw, where)
    used = [c for c in columns if c in raw]
    adjusted, notes = _adjust(raw, adjust, where)
    valid, warnings = _drop_invalid(adjusted, where, bad_rows, used)
    unique, more = _drop_duplicates(_blank_infinities(valid, used), where, used)
    order = [*BARS.columns, *(c for c in unique.columns if c not in BARS.columns)]
    dropped = raw.loc[~raw.index.isin(valid.index), KEY]
    return Cleaned(check(_widen(unique[order]), BARS, where), notes + warnings + more, dropped)


def _widen(rows: pd.DataFrame) -> pd.DataFrame:
    """Return short floats as float64, whose digits a CSV file keeps."""
    short = [name for name, dtype in rows.dtypes.items() if dtype.kind == "f" and dtype.itemsize < 8]
    return rows.astype(dict.fromkeys(short, "float64")) if short else rows


def _refuse_disorder(raw: pd.DataFrame, where: str) -> None:
    for symbol, rows in raw.groupby("symbol", sort=False):
        falls = rows["date"].diff() < np.timedelta64(0)
        if falls.any():
            place = first_place(rows, falls, where)
            raise DataError("DATA-ORDER", f"{place}: {printable(symbol)}: date before the row above it")


def _drop_invalid(
    raw: pd.DataFrame, where: str, bad_rows: BadRows, columns: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the valid rows, and one warning for each kind of invalid row."""
    warnings, invalid = [], np.zeros(len(raw), dtype=bool)
    for mask, code, what in _faults(raw, bad_rows, columns):
        if mask.any():
            place = first_place(raw, mask, where)
            text = f"{place}: {what} ({mask.sum()} of {len(raw)} rows)"
            if bad_rows == "error":
                raise DataError(code, f"{text}; fix the file or use --bad-rows drop")
            warnings.append(f"{text}; dropped")
            invalid |= mask.to_numpy()
    share = invalid.mean()
    if share > MOST_BAD:
        reasons = "; ".join(w.removesuffix("; dropped") for w in warnings)
        raise DataError(
            "DATA-BADROWS",
            f"{where}: {share:.0%} of the rows are bad ({reasons}); "
            f"more than {MOST_BAD:.0%} is a broken file; signalcli validate lists them, --bad-rows keep "
            "reads them as they are",
        )
    return raw[~invalid], warnings


def _faults(
    raw: pd.DataFrame, bad_rows: BadRows, columns: list[str]
) -> list[tuple[pd.Series[bool], str, str]]:
    """Return the mask, error code and description of each kind of invalid row.

    Prices are compared with each other only where all four are used.
    """
    prices = [c for c in PRICES if c in columns]
    with np.errstate(invalid="ignore"):
        no_price = ~(np.isfinite(raw[prices]) & (raw[prices] > 0)).all(axis=1)
    faults = [(no_price, "DATA-PRICE", "a price is missing or not above 0")]
    if bad_rows == "keep" or prices != PRICES:
        return faults
    outside = ~no_price & ((raw["high"] < raw[PRICES].max(axis=1)) | (raw["low"] > raw[PRICES].min(axis=1)))
    return [*faults, (outside, "DATA-HIGHLOW", "open or close outside low … high")]


def _blank_infinities(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the rows with NaN for infinite numbers that are not used."""
    if columns == PRICES:
        return rows
    unused = [c for c in rows if c not in columns and rows[c].dtype.kind == "f"]
    return rows.assign(**{c: rows[c].replace([np.inf, -np.inf], np.nan) for c in unused})


def _drop_duplicates(rows: pd.DataFrame, where: str, columns: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return one row for each symbol and date, and a warning. Raises DataError if used columns differ."""
    rows, warnings = _drop_provisional(rows, where, columns)
    duplicate = rows.duplicated(KEY).to_numpy()
    if not duplicate.any():
        return rows, warnings
    contradiction = duplicate & ~rows.duplicated([*KEY, *columns]).to_numpy()
    if contradiction.any():
        symbol, date = rows.loc[contradiction, KEY].iloc[0]
        place = first_place(rows, contradiction, where)
        text = f"{place}: {printable(symbol)} {date_text(date)} appears twice with different prices"
        raise DataError("DATA-KEY", f"{text}; keep the right one")
    place = first_place(rows, duplicate, where)
    return rows[~duplicate], [*warnings, f"{place}: {_rows(duplicate.sum())} twice; kept once"]


def first_place(rows: pd.DataFrame, mask: Any, where: str) -> str:
    """Return where the first row of a mask stands, for messages."""
    return place_of(rows, int(np.flatnonzero(mask)[0]), where)


def place_of(rows: pd.DataFrame, position: int, where: str) -> str:
    """Return where a row stands, for messages."""
    label = rows.index[position]
    return str(label) if rows.index.name == PLACE else f"{where}:{label}"


def _drop_provisional(rows: pd.DataFrame, where: str, columns: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows with the later of two for the last date of a symbol, and a warning that counts them.

    A source that adds the running bar to the finished ones gives the last date twice, one row beside the
    other. In a table that begins with the newest rows, the later one stands above.
    """
    if not rows.duplicated(KEY).any():
        return rows, []
    earlier = [_earlier(rows, at) for at in _last_pairs(rows, columns)]
    if not earlier:
        return rows, []
    text = f"{place_of(rows, earlier[0], where)}: the last date appears twice"
    kept = np.delete(np.arange(len(rows)), earlier)
    return rows.iloc[kept], [f"{text} ({count(len(earlier), 'row')} in all); the later row kept"]


def _last_pairs(rows: pd.DataFrame, columns: list[str]) -> list[int]:
    """Return the place of the upper of two adjacent rows that differ and have the last date of a symbol."""
    last = rows["date"] == rows.groupby("symbol")["date"].transform("max")
    number = rows["symbol"].map(rows.loc[last, "symbol"].value_counts())
    second = last & (number == 2) & rows.duplicated(KEY) & ~rows.duplicated([*KEY, *columns])
    at = np.flatnonzero(second) - 1
    symbols, dates = rows["symbol"].to_numpy(), rows["date"].to_numpy()
    return [int(i) for i in at if symbols[i] == symbols[i + 1] and dates[i] == dates[i + 1]]


def _earlier(rows: pd.DataFrame, upper: int) -> int:
    """Return the place of the earlier row of a pair: the lower one where the newest rows come first."""
    dates = rows.loc[rows["symbol"] == rows["symbol"].iloc[upper], "date"]
    return upper + 1 if len(dates) > 2 and dates.iloc[-1] < dates.iloc[0] else upper


def _rows(number: int) -> str:
    return "1 row appears" if number == 1 else f"{number:,} rows appear"


def date_text(date: pd.Timestamp) -> str:
    """Return a date as text for messages, with its time unless that is midnight."""
    return f"{date:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def _adjust(rows: pd.DataFrame, adjust: Adjust, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return adjusted OHLC without the columns that held the adjustment, and notes; volume is not changed."""
    factor, notes = None, list[str]()
    if adjust == "total" and "adj_close" in rows:
        factor = rows["adj_close"] / rows["close"]
    elif adjust == "split" and "split" in rows:
        factor, notes = split_factor(rows, where)
    elif adjust == "split" and "adj_close" in rows:
        raise UsageError(
            "ADJUST-SPLIT",
            f"{where}: has an adjusted close, which mixes splits with dividends, and no split column; "
            "use --adjust total or raw",
        )
    if factor is not None:
        rows = rows.assign(**{price: rows[price] * factor for price in PRICES})
    return rows.drop(columns=["adj_close", "split"], errors="ignore"), notes
