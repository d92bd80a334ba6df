"""Lines among the bars that are none: footers, dividends, headers that come again, empty rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from signalcli.data.sources.csv.dates.looks import is_date
from signalcli.data.sources.csv.grid.grid import Grid, cells_of
from signalcli.data.sources.csv.header.header import Header
from signalcli.data.sources.csv.numbers.cleaning import NOTHING
from signalcli.errors import DataError, count, printable
from signalcli.schemas import PRICES

MOST = 0.5  # share of lines that are no bars; more is another kind of file
_NUMBER = re.compile(r"^[^\w]{0,3}[0-9][0-9.,'’\s]*(?:[eE][-+]?[0-9]+)?\s*(?:[KMBTkmbt]|[^\w\s]{1,2})?$")
_SUMMARY = {
    "total", "totals", "average", "mean", "median", "sum", "min", "max", "std", "minimum", "maximum",
    "highest", "lowest", "summe", "gesamt", "durchschnitt", "moyenne", "media", "promedio",
}  # fmt: skip


class Lines(NamedTuple):
    """Lines that are left out: how many, and the first one with its number."""

    number: int
    line: object
    text: str

    def note(self, where: str) -> str:
        """Return the line of a message that counts them."""
        text = f"{where}:{self.line}: '{printable(self.text[:60])}' is not a bar"
        return f"{text} ({count(self.number, 'line')} in all); left out"


def odd_lines(grid: Grid, header: Header, where: str) -> Lines | None:
    """Return the lines with another number of cells. Raises DataError when one is a bar, or most are."""
    if not grid.odd:
        return None
    width = len(grid.cells.columns)
    bars = [(line, text) for line, text in grid.odd if _is_broken_bar(text, header)]
    if bars or len(grid.odd) > MOST * (len(grid.cells) + len(grid.odd)):
        line, text = bars[0] if bars else grid.odd[0]
        got = len(cells_of(text, header.delimiter))
        message = f"{where}:{line}: expected {width} columns, got {got}: {printable(text[:100])}"
        raise DataError("CSV-PARSE", message)
    return Lines(len(grid.odd), *grid.odd[0])


def _is_broken_bar(text: str, header: Header) -> bool:
    """Return whether a line has a date, and numbers in all other cells or in those of the prices."""
    cells = [cell.strip() for cell in cells_of(text, header.delimiter)]
    date = header.fields.get("date", 0)
    if date >= len(cells) or not is_date(cells[date]):
        return False
    others = [cell for i, cell in enumerate(cells) if i != date and cell not in NOTHING]
    at = [header.fields[p] for p in PRICES if p in header.fields]
    prices = [cells[i] for i in at if i < len(cells)]
    return all(map(_NUMBER.match, others)) or (len(prices) == len(PRICES) and all(map(_NUMBER.match, prices)))


def without_events(rows: pd.DataFrame) -> tuple[pd.DataFrame, Lines | None]:
    """Return the rows of bars, and what the others are; rows without any text are no lines at all.

    A row is not a bar when none of its prices is a number and one is text, when its date is neither a date
    nor beside a price, or when it is a summary such as a total.
    """
    texts = rows.apply(lambda column: column.str.strip())
    prices = texts[list(PRICES)]
    numeric = prices.apply(lambda column: column.str.match(_NUMBER)).any(axis=1).astype("bool")
    worded = (~prices.isin(NOTHING) & ~prices.apply(lambda c: c.str.match(_NUMBER)).astype("bool")).any(
        axis=1
    )
    dated = texts["date"].map(is_date).astype("bool")
    summary = texts["date"].str.lower().str.rstrip(":").isin(_SUMMARY)
    empty = (texts.drop(columns="symbol", errors="ignore").isin(NOTHING)).all(axis=1)
    events = ~empty & ((~numeric & (worded | ~dated)) | summary)
    first = events[events].index[:1]
    left_out = Lines(int(events.sum()), first[0], _shown(rows.loc[first[0]])) if len(first) else None
    return rows[~events & ~empty], left_out


def _shown(cells: Sequence[object]) -> str:
    return " ".join(str(cell) for cell in cells if str(cell).strip())
