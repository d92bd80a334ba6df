"""Orders of rows in which blocks of dates change places, the same ones for every symbol."""

from __future__ import annotations

import zlib

import numpy as np

FEWEST = 10  # blocks, where there are as many dates


def block_order(dates: np.ndarray, symbols: np.ndarray, block: int, rng: np.random.Generator) -> np.ndarray:
    """For each row the row whose values it gets, (n_rows,): a permutation within each symbol.

    dates, symbols : (n_rows,). Blocks of ``block`` successive dates keep their order inside, so that lags of
    a shuffled column still fit each other; a symbol gets its own rows, and on full tables all symbols get
    those of the same dates.
    """
    unique, number = np.unique(dates, return_inverse=True)
    length = max(min(block, len(unique) // FEWEST), 1)
    place = np.empty(-(-len(unique) // length), dtype="int64")
    place[rng.permutation(len(place))] = np.arange(len(place))
    order = np.empty(len(dates), dtype="int64")
    by_date = np.argsort(dates, kind="stable")
    moved = by_date[np.argsort(place[number[by_date] // length], kind="stable")]
    for symbol in np.unique(symbols):
        order[by_date[symbols[by_date] == symbol]] = moved[symbols[moved] == symbol]
    return order


def generator(seed: int, *parts: int | str) -> np.random.Generator:
    """A generator for one purpose, whatever else is drawn."""
    return np.random.default_rng([seed, *(_number(part) for part in parts)])


def _number(part: int | str) -> int:
    return zlib.crc32(part.encode()) if isinstance(part, str) else part
