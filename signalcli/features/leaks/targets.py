"""The returns that a feature must not know, and what the bars of its own date say about them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

FEWEST = 30  # rows from which a target is tested
FEWEST_SYMBOLS = 3  # of a date, from which a return is relative to the others
LAGS = 5  # past returns that may say something about the next one
_FEW_CONTROLS = 12  # rows for each control


def next_return(rows: pd.DataFrame) -> np.ndarray:
    """Log return from each close to the next of the symbol, NaN in its last row, (n,)."""
    return np.append(np.diff(np.log(rows["close"].to_numpy("float64"))), np.nan)


def targets(rows: pd.DataFrame, relative: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the series that are tested by name, (n,) each, NaN where a row is not used.

    The return of the next bar, the same without the mean of all symbols, and the labels of the table. Labels
    overlap when they span several bars, and then every series that persists agrees with them by chance: only
    labels of which each starts where the one before has ended are used.
    """
    following = next_return(rows)
    yield "next return", following
    yield "return relative to the other symbols", relative
    apart = _apart(rows)
    forward, direction = (
        np.where(apart, rows[name].to_numpy("float64", na_value=np.nan), np.nan)
        for name in ("forward_return", "direction")
    )
    if not np.allclose(forward[apart], np.expm1(following[apart]), rtol=1e-9, atol=1e-12):
        yield "return of the label", forward
    if not np.array_equal(direction[apart], forward[apart] > 0):
        yield "direction", direction


def relative_returns(table: pd.DataFrame) -> pd.Series[float]:
    """Next return of each row less the mean of its date, NaN on a date with few symbols."""
    following = table.groupby("symbol")["close"].transform(lambda close: np.log(close).diff().shift(-1))
    by_date = following.groupby(table["date"])
    return (following - by_date.transform("mean")).where(by_date.transform("count") >= FEWEST_SYMBOLS)


def _apart(rows: pd.DataFrame) -> np.ndarray:
    """Which rows have labels that do not overlap, bool (n,)."""
    dates, ends = (rows[name].to_numpy("datetime64[us]") for name in ("date", "label_end"))
    following = np.searchsorted(dates, ends)
    used = np.zeros(len(rows), bool)
    row = 0
    while row < len(rows):
        known = not np.isnat(ends[row])
        used[row] = known
        row = max(int(following[row]), row + 1) if known else row + 1
    return used


def without_past(target: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """Ranks of a target less what a line through past bars says about them, (n,), mean 0, NaN as it has.

    A feature may know what the bars up to its date say about the next return, such as the last return when
    returns are autocorrelated. It is a leak only when it knows more.
    """
    known = np.isfinite(target)
    ranks = _centered_ranks(pd.DataFrame(target[known])).to_numpy()[:, 0]
    past = _past(rows)[known]
    past = past[:, : max(int(known.sum()) // _FEW_CONTROLS, 1)]
    design = np.column_stack([np.ones(len(past)), past])
    out = np.full(len(target), np.nan)
    out[known] = ranks - design @ (np.linalg.pinv(design.T @ design) @ (design.T @ ranks))
    return out


def _past(rows: pd.DataFrame) -> np.ndarray:
    """What may honestly say something about the next return, the most likely first, (n, k); 0 if unknown."""
    prices = rows[["open", "high", "low", "close"]].astype("float64")
    opens, high, low, close = (prices[name] for name in prices)
    volume = rows["volume"].astype("float64")
    log = np.log(close)
    returns = [log.diff().shift(lag) for lag in range(LAGS)]
    with np.errstate(divide="ignore", invalid="ignore"):
        shapes = [
            log - np.log(opens),
            np.log((high + low) / (2 * close)),
            (close - low) / (high - low),
            np.log(high / low),
            np.log(volume / volume.shift()),
            log.diff(10),
            log.diff(20),
        ]
        past = pd.concat([*returns, *shapes], axis=1).replace([np.inf, -np.inf], np.nan)
        ranks = _centered_ranks(past)
    filled = ranks.fillna(0.0).to_numpy()
    products = [filled[:, 0] * filled[:, 1], filled[:, 0] * filled[:, LAGS + 4]]
    linear = past.iloc[:, :2].fillna(0.0).to_numpy().T
    return np.column_stack([filled[:, 0], *linear, filled[:, 1], *filled.T[2:], *products])


def _centered_ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Ranks of each column, scaled to -1 … 1."""
    return (table.rank() - 0.5) * 2 / table.count() - 1
