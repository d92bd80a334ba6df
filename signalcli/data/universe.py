"""A universe that changes: which symbols may be traded at which dates, as a column of 0 and 1.

A symbol that is no longer a member stays in the table, so that what was known and traded then does not change
with today's list of members.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from signalcli.errors import DataError, count, printable, shortened
from signalcli.io.tables import read_table
from signalcli.schemas import BAND, CLASS_COLUMNS, MEMBER, UNIVERSE

LONGEST_PAUSE = np.timedelta64(14, "D")  # no exchange is closed for longer
WEEK = np.timedelta64(7, "D")
TARGETS = ("forward_return", "direction", "label_end")


def read_universe(source: str) -> pd.DataFrame:
    """Read the table symbol, from, until. Both days are included; an empty ``until`` is for ever.

    A symbol may have several rows, one for each time it was a member. Blanks around a symbol are no part of
    it, as in files of bars. Raises as `read_table`, and DataError for a row that ends before it begins.
    """
    table = read_table(source, UNIVERSE)
    universe = table.assign(symbol=table["symbol"].str.strip())
    turned = universe["until"] < universe["from"]
    if turned.any():
        symbol, start, until = universe.loc[turned, ["symbol", "from", "until"]].iloc[0]
        raise DataError(
            "UNIVERSE-DATES",
            f"{source}: {printable(symbol)} is a member from {start:%Y-%m-%d} until {until:%Y-%m-%d} "
            f"({count(int(turned.sum()), 'such row')}); turn the dates round",
        )
    return universe


def mark_members(table: pd.DataFrame, universe: pd.DataFrame) -> pd.DataFrame:
    """The table with the column ``member``: 1 where a row's symbol is in the universe on its day, else 0."""
    days = table["date"].to_numpy().astype("datetime64[D]")
    member = np.zeros(len(table), dtype="int8")
    rows_of = table.groupby("symbol", sort=False).indices
    for symbol, start, until in universe[["symbol", "from", "until"]].itertuples(index=False, name=None):
        rows = rows_of.get(symbol, np.zeros(0, dtype="int64"))
        inside = days[rows] >= np.datetime64(start, "D")
        if not pd.isna(until):
            inside &= days[rows] <= np.datetime64(until, "D")
        member[rows[inside]] = 1
    if not member.any():
        raise DataError("UNIVERSE-EMPTY", "no row is inside the universe; check its symbols and dates")
    return table.assign(**{MEMBER: pd.array(member, dtype="Int8")})


def are_members(table: pd.DataFrame) -> np.ndarray:
    """Which rows are inside the universe, bool (n_rows,); all without the column ``member``."""
    if MEMBER not in table:
        return np.ones(len(table), dtype=bool)
    return table[MEMBER].to_numpy("float64", na_value=0.0) == 1


def seal_outside(table: pd.DataFrame) -> pd.DataFrame:
    """The table without labels and forecasts on the rows outside the universe."""
    inside = are_members(table)
    if inside.all():
        return table
    names = [c for c in (*TARGETS, *CLASS_COLUMNS.values(), BAND) if c in table]
    return table.assign(**{name: table[name].where(inside) for name in names})


def longest_pause(dates: Iterable[np.ndarray]) -> np.timedelta64:
    """How long a symbol may have no bar and still be traded, by the ascending dates of every symbol.

    `LONGEST_PAUSE`, and where bars are a week or longer, one bar more: a single one may be missing.
    """
    gaps = np.concatenate([np.diff(own) for own in dates])
    usual = np.median(gaps.astype("timedelta64[s]").astype("int64")) if len(gaps) else 0
    spacing = np.timedelta64(int(usual), "s")
    return LONGEST_PAUSE + spacing if spacing >= WEEK else LONGEST_PAUSE


def closing_rows(table: pd.DataFrame) -> np.ndarray:
    """Rows at whose close a position ends for want of a next bar, bool (n_rows,); none without ``member``.

    These are the last row of a symbol before it leaves the universe, and the last row of one that is no
    longer traded: the table goes on for longer than the symbol ever paused.
    """
    out = np.zeros(len(table), dtype=bool)
    if MEMBER not in table:
        return out
    dates, inside = table["date"].to_numpy(), are_members(table)
    of_symbols = table.groupby("symbol", sort=False).indices.values()
    most = longest_pause(np.unique(dates[rows]) for rows in of_symbols)
    for rows in of_symbols:
        own, first = np.unique(dates[rows], return_index=True)
        member = inside[rows][first]
        pause = min(np.diff(own).max(), most) if len(own) > 1 else np.timedelta64(0, "D")
        leaves = np.append(~member[1:], dates.max() - own[-1] > pause) & member
        out[rows] = np.isin(dates[rows], own[leaves])
    return out


def closing_lines(table: pd.DataFrame) -> list[str]:
    """One line that names the symbols that leave the universe or end; none without one."""
    rows = table[closing_rows(table)]
    if rows.empty:
        return []
    last = rows.groupby("symbol")["date"].max()
    names = shortened([f"{symbol} {date:%Y-%m-%d}" for symbol, date in last.items()])
    return [f"positions in {count(len(last), 'symbol')} are closed at their last close: {names}"]


def no_signal_lines(bars: pd.DataFrame) -> list[str]:
    """One line that names the symbols outside the universe at their newest bar; none without one."""
    newest = bars.groupby("symbol").tail(1)
    outside = list(newest.loc[~are_members(newest), "symbol"])
    if not outside:
        return []
    what = f"{count(len(outside), 'symbol')} outside the universe at the newest bar"
    return [f"no signal for {what}: {shortened(outside)}"]


def universe_lines(table: pd.DataFrame, universe: pd.DataFrame) -> list[str]:
    """Lines that count the rows outside, and name symbols without a place in the universe or without rows."""
    outside = int((~are_members(table)).sum())
    symbols, listed = set(table["symbol"]), set(universe["symbol"])
    never, missing = sorted(symbols - listed), sorted(listed - symbols)
    lines = []
    if outside:
        more = f"; never in it: {shortened(never)}" if never else ""
        share = f"{outside:,} of {len(table):,} rows are outside the universe"
        lines.append(f"{share} and neither trained on nor traded{more}")
    if missing:
        lines.append(f"{count(len(missing), 'symbol')} of the universe have no bars: {shortened(missing)}")
    return lines


def within_universe(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of each symbol from its first as a member to the one after its last; all without ``member``.

    ``rows`` are sorted by date. Rows between two memberships stay, so that the position is closed there.
    """
    if MEMBER not in rows:
        return rows
    inside = pd.Series(are_members(rows), rows.index)
    number = rows.groupby("symbol").cumcount()
    bounds = number.where(inside).groupby(rows["symbol"]).transform
    return rows[(number >= bounds("min")) & (number <= bounds("max") + 1)]
