"""A flat table of bars cut into panels of neighbouring symbols that fit a processor's cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from signalcli.features.timeseries.panel import Panel

CELLS = 8_192  # of one series in one panel: so few that all its arrays are memory used again
PRICES = ("open", "high", "low", "close", "volume")


class Stretch(NamedTuple):
    """Rows of neighbouring symbols: where each starts in the flat table, and where the last one ends."""

    starts: np.ndarray
    stop: int

    @property
    def lengths(self) -> np.ndarray:
        """Bars of each symbol."""
        return np.diff(np.append(self.starts, self.stop))


def stretches(starts: np.ndarray, rows: int) -> Iterator[Stretch]:
    """Neighbouring symbols of like lengths, as many as fill a panel; at least one."""
    ends = np.append(starts[1:], rows)
    first, longest, shortest = 0, 0, rows
    for i, length in enumerate(ends - starts):
        longest, shortest = max(longest, length), min(shortest, length)
        if i > first and (longest * (i + 1 - first) > CELLS or longest > 2 * shortest):
            yield Stretch(starts[first:i], int(starts[i]))
            first, longest, shortest = i, length, length
    yield Stretch(starts[first:], rows)


def panel(columns: dict[str, np.ndarray], stretch: Stretch) -> Panel:
    """The stretch side by side."""
    return Panel({name: _side_by_side(column, stretch) for name, column in columns.items()})


def _side_by_side(column: np.ndarray, stretch: Stretch) -> np.ndarray:
    lengths = stretch.lengths
    longest, symbols = int(lengths.max()), len(lengths)
    if longest == lengths.min():
        block = column[stretch.starts[0] : stretch.stop].reshape(symbols, longest)
        return np.ascontiguousarray(block.T)
    empty = np.nan if column.dtype.kind == "f" else column[stretch.starts[0]]  # a date that exists
    out = np.full((longest, symbols), empty, column.dtype)
    for i, (start, length) in enumerate(zip(stretch.starts, lengths, strict=True)):
        out[:length, i] = column[start : start + length]
    return out


def write(row: np.ndarray, found: np.ndarray, stretch: Stretch, lag: int = 0) -> None:
    """Put the columns of a panel back into a flat row, each ``lag`` bars later, NaN before."""
    lengths = stretch.lengths
    longest = int(lengths.max())
    if longest == lengths.min():
        block = row[stretch.starts[0] : stretch.stop].reshape(len(lengths), longest)
        block[:, :lag] = np.nan
        block[:, lag:] = found[: max(longest - lag, 0)].T
        return
    for i, (start, length) in enumerate(zip(stretch.starts, lengths, strict=True)):
        row[start : start + min(lag, length)] = np.nan
        row[start + min(lag, length) : start + length] = found[: max(length - lag, 0), i]
