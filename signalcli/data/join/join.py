"""Join side tables to BARS, each value from its release on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from signalcli.config.join import JoinConfig
from signalcli.data.closes import close_times, is_daily
from signalcli.data.join.asof import current_rows, last_known
from signalcli.data.join.clock import Clock
from signalcli.data.join.releases import time_zone
from signalcli.data.join.side import Side
from signalcli.errors import UsageError, count, printable, shortened
from signalcli.schemas import RESERVED


class Joined(NamedTuple):
    """BARS with the added columns, and a line for each kind of what has no counterpart."""

    bars: pd.DataFrame
    lines: list[str]


def join(bars: pd.DataFrame, sides: Sequence[Side], config: JoinConfig, closes: Sequence[str] = ()) -> Joined:
    """Return BARS with the columns of the side tables; no row sees a value before it was released.

    An empty cell is no release. Columns are numbers (NaN) or text (missing) where nothing is known.

    Parameters
    ----------
    bars : DataFrame
        BARS, sorted by symbol and date.
    sides : sequence of Side
        Side tables; their columns are added in this order.
    config : JoinConfig
        Longest age, and the zone of the releases.
    closes : sequence of str
        Closes of daily bars, as in ``--close-time``.

    Raises
    ------
    UsageError
        A column that the bars or another side table have, or that signalcli uses; closes of intraday bars.
    """
    _refuse_names(bars, sides)
    clocks = _clocks(bars, config, closes)
    parts = [_Matches(bars, side, config).join(clocks) for side in sides]
    added = [part.columns for part in parts]
    lines = [line for part in parts for line in part.lines()]
    return Joined(pd.concat([bars, *added], axis=1), lines)


def _refuse_names(bars: pd.DataFrame, sides: Sequence[Side]) -> None:
    taken = {str(c): "the bars have" for c in bars} | dict.fromkeys(RESERVED, "signalcli uses")
    for side in sides:
        for name in map(str, side.values):
            if name in taken:
                text = f"{side.where}: {taken[name]} a column {printable(name)}; add --prefix TEXT_"
                raise UsageError("JOIN-NAME", text)
            taken[name] = f"{side.where} has"


def _clocks(bars: pd.DataFrame, config: JoinConfig, closes: Sequence[str]) -> dict[str, Clock]:
    dates, names = bars["date"].to_numpy(), list(bars["symbol"].unique())
    daily, zone = is_daily(dates), time_zone(config.release_zone)
    if closes and not daily:
        raise UsageError("CLOSE-TIME", "--close-time: used with daily bars; the dates here have times")
    known = close_times(names, closes, dates) if closes else [None] * len(names)
    return {name: Clock(daily, close, zone) for name, close in zip(names, known, strict=True)}


@dataclass
class _Matches:
    """The cells that one side table gives to the bars.

    ``rows`` has, for each added column, the row of the side table that each bar sees, -1 without one;
    ``known`` says whether any value was known to a bar, however old.
    """

    bars: pd.DataFrame
    side: Side
    config: JoinConfig
    rows: dict[str, np.ndarray] = field(default_factory=dict)

    def join(self, clocks: dict[str, Clock]) -> _Matches:
        """Find the rows of every symbol."""
        self.known = np.zeros(len(self.bars), dtype=bool)
        self.rows = {str(name): np.full(len(self.bars), -1) for name in self.side.values}
        filled = {str(name): _filled(self.side.values[name]) for name in self.side.values}
        dates = self.bars["date"].to_numpy("datetime64[us]")
        for symbol, places in self.bars.groupby("symbol", sort=False).indices.items():
            self._join_symbol(clocks[str(symbol)], dates[places], places, self._of(str(symbol)), filled)
        return self

    def _of(self, symbol: str) -> np.ndarray:
        """Return the rows of the side table about a symbol."""
        symbols = self.side.symbols
        return np.arange(len(self.side.periods)) if symbols is None else np.flatnonzero(symbols == symbol)

    def _join_symbol(
        self,
        clock: Clock,
        dates: np.ndarray,
        places: np.ndarray,
        own: np.ndarray,
        filled: dict[str, np.ndarray],
    ) -> None:
        releases, moments = self.side.releases.at(own), clock.known(dates)
        keys, begins = clock.keys(releases), clock.begins(releases)
        for name, cells in filled.items():
            has = np.flatnonzero(cells[own])
            current = has[current_rows(keys[has], self.side.periods[own[has]])]
            at = last_known(keys[current], moments)
            self.known[places] |= at >= 0
            if len(current):
                fresh = (at >= 0) & self._is_fresh(moments - begins[current][at])
                self.rows[name][places] = np.where(fresh, own[current][at], -1)

    def _is_fresh(self, age: np.ndarray) -> np.ndarray:
        longest = self.config.longest_age
        return np.ones(len(age), bool) if longest is None else age <= np.timedelta64(longest)

    @property
    def columns(self) -> pd.DataFrame:
        """The added columns, on the index of the bars."""
        cells = {name: self._cells(self.side.values[name], rows) for name, rows in self.rows.items()}
        return pd.DataFrame(cells, index=self.bars.index)

    def _cells(self, column: pd.Series[Any], rows: np.ndarray) -> pd.Series[Any]:
        if column.dtype.kind in "fiub":
            column = column.astype("float64")  # an unknown number is NaN
        return column.take(np.maximum(rows, 0)).where(rows >= 0).set_axis(self.bars.index)

    def lines(self) -> list[str]:
        """Return a line for each kind of what has no counterpart."""
        return [*self.side.lines, *self._empty_rows(), *self._symbols(), *self._columns(), *self._unseen()]

    def _empty_rows(self) -> list[str]:
        empty = np.all([rows < 0 for rows in self.rows.values()], axis=0)
        if not empty.any():
            return []
        early, old = int((empty & ~self.known).sum()), int((empty & self.known).sum())
        reasons = [f"{early:,} before the first release"] * bool(early)
        reasons += [f"{old:,} older than {self.config.tolerance}"] * bool(old)
        text = f"{self.side.where}: {empty.sum():,} of {count(len(empty), 'row')} stay empty"
        return [f"{text} ({', '.join(reasons)})"]

    def _symbols(self) -> list[str]:
        if self.side.symbols is None:
            return []
        here, there = set(self.bars["symbol"]), set(self.side.symbols)
        missing, foreign = sorted(here - there), sorted(there - here)
        return [
            f"{self.side.where}: {count(len(names), 'symbol')} {what} ({shortened(names)})"
            for names, what in ((missing, "of the bars not in it"), (foreign, "left out, without bars"))
            if names
        ]

    def _columns(self) -> list[str]:
        empty = [name for name, rows in self.rows.items() if (rows < 0).all()]
        if not empty:
            return []
        return [f"{self.side.where}: {count(len(empty), 'column')} without a value ({shortened(empty)})"]

    def _unseen(self) -> list[str]:
        total = len(self.side.periods)
        seen = np.unique(np.concatenate(list(self.rows.values())))
        unseen = total - len(seen[seen >= 0])
        what = "replaced before a bar, too old, or after the last one"
        return [f"{self.side.where}: {unseen:,} of {count(total, 'release')} on no row ({what})"] * bool(
            unseen
        )


def _filled(column: pd.Series[Any]) -> np.ndarray:
    """Return whether each cell holds a value."""
    known = column.notna()
    return (known if column.dtype.kind in "fiubM" else known & (column.astype("str") != "")).to_numpy()
