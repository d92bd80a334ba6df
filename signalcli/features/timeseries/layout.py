"""Convert between a flat table sorted by symbol and panels small enough for a processor's cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from signalcli.features.timeseries.panel import Panel

CELLS = 16_384  # values of one series in one panel; small, so that its temporary arrays reuse memory


class SymbolBlock(NamedTuple):
    """Rows of neighboring symbols: the first row of each in the flat table, and the end of the last."""

    starts: np.ndarray
    stop: int

    @property
    def lengths(self) -> np.ndarray:
        """Number of bars of each symbol."""
        return np.diff(np.append(self.starts, self.stop))


def symbol_blocks(starts: np.ndarray, rows: int) -> Iterator[SymbolBlock]:
    """Split a table of ``rows`` into blocks of symbols of similar length that fill a panel each."""
    ends = np.append(starts[1:], rows)
    first, longest, shortest = 0, 0, rows
    for i, length in enumerate(ends - starts):
        longest, shortest = max(longest, length), min(shortest, length)
        if i > first and (longest * (i + 1 - first) > CELLS or longest > 2 * shortest):
            yield SymbolBlock(starts[first:i], int(starts[i]))
            first, longest, shortest = i, length, length
    yield SymbolBlock(starts[first:], rows)


def make_panel(columns: dict[str, np.ndarray], block: SymbolBlock) -> Panel:
    """The panel of a block, made from the flat columns of the table."""
    return Panel({name: _side_by_side(column, block) for name, column in columns.items()})


def _side_by_side(column: np.ndarray, block: SymbolBlock) -> np.ndarray:
    lengths = block.lengths
    longest, symbols = int(lengths.max()), len(lengths)
    if longest == lengths.min():
        rows = column[block.starts[0] : block.stop].reshape(symbols, longest)
        return np.ascontiguousarray(rows.T)
    padding = np.nan if column.dtype.kind == "f" else column[block.starts[0]]  # any valid date
    out = np.full((longest, symbols), padding, column.dtype)
    for i, (start, length) in enumerate(zip(block.starts, lengths, strict=True)):
        out[:length, i] = column[start : start + length]
    return out


def write_flat(row: np.ndarray, values: np.ndarray, block: SymbolBlock, lag: int = 0) -> None:
    """Write panel ``values`` (bars, symbols) into the flat ``row``, ``lag`` bars later and NaN before."""
    lengths = block.lengths
    longest = int(lengths.max())
    if longest == lengths.min():
        target = row[block.starts[0] : block.stop].reshape(len(lengths), longest)
        target[:, :lag] = np.nan
        target[:, lag:] = values[: max(longest - lag, 0)].T
        return
    for i, (start, length) in enumerate(zip(block.starts, lengths, strict=True)):
        row[start : start + min(lag, length)] = np.nan
        row[start + min(lag, length) : start + length] = values[: max(length - lag, 0), i]
