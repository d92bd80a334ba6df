"""Text cells of a recognized layout as typed rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from signalcli.data.sources.csv.dates.live import clock_of_day, clocks_left_out, note_of
from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.data.sources.csv.dates.periods import unquoted
from signalcli.data.sources.csv.dates.standard_time import standard_time
from signalcli.data.sources.csv.events import MOST, odd_lines, without_events
from signalcli.data.sources.csv.frame import name_columns
from signalcli.data.sources.csv.header.fields import NUMBERS
from signalcli.data.sources.csv.header.names import normalize
from signalcli.data.sources.csv.header.words import LOCAL_TIMES
from signalcli.data.sources.csv.hints import Hints
from signalcli.data.sources.csv.numbers import formats
from signalcli.data.sources.csv.numbers.cleaning import strip_blanks, strip_cells
from signalcli.data.sources.csv.recognize import Layout
from signalcli.errors import DataError, count

CELLS = 2**18  # parsed at a time


class Rows(NamedTuple):
    """Typed rows under our names, and notes of what was left out."""

    rows: pd.DataFrame
    notes: list[str]


def to_rows(layout: Layout, where: str, hints: Hints) -> Rows:
    """Return the rows of a layout with dates and numbers parsed; the index is the line. Raises DataError."""
    grid, header = layout
    odd = odd_lines(grid, header, where)
    if grid.cells.empty:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    texts, notes = name_columns(grid, header, where)
    notes += [odd.note(where)] if odd else []
    local = header.given and normalize(header.names[header.fields["date"]]) in LOCAL_TIMES
    parse = _Parser(where, hints, header.delimiter, local)
    rows, more = parse.bars(texts)
    return Rows(rows, notes + more)


class _Parser(NamedTuple):
    where: str
    hints: Hints
    delimiter: str
    local: bool

    def bars(self, texts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """Return typed rows; when a cell is wrong, first without the lines that are no bars."""
        try:
            return self._in_standard_time(*self._typed(texts))
        except DataError:
            bars, left_out = without_events(texts)
            if len(bars) == len(texts) or bars.empty or (left_out and left_out.number > MOST * len(texts)):
                raise
            notes = [left_out.note(self.where)] if left_out else []
            rows, more = self._typed(bars)
            return self._in_standard_time(rows, notes + more)

    def _typed(self, texts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        dates, notes = self._dates(texts)
        numeric = texts.columns.intersection(list(NUMBERS), sort=False)
        cells = strip_cells(texts[numeric], blanks=self.delimiter != ",")
        form = formats.infer_number_format(cells, self.delimiter, self.where)
        numbers = {name: formats.parse_numbers(cells[name], form, self.where) for name in numeric}
        symbol = {"symbol": unquoted(texts["symbol"].str.strip())} if "symbol" in texts else {}
        return _parse_extra_columns(texts.assign(date=dates, **numbers, **symbol), form), notes

    def _dates(self, texts: pd.DataFrame) -> tuple[pd.Series[Any], list[str]]:
        """Return dates, and a line about running bars of a daily file."""
        symbols = texts["symbol"] if "symbol" in texts else pd.Series("", texts.index)
        written = clocks_left_out(texts["date"].str.strip(), symbols)
        parsed = parse_dates(written.dates, self.where, self.hints.date_format, local=self.local)
        dates, late = clock_of_day(parsed, symbols)
        return dates, note_of(written.at | late, texts["date"], self.where)

    def _in_standard_time(self, rows: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, list[str]]:
        """Return rows whose dates are unique where an hour comes twice because clocks were set back."""
        symbols = rows["symbol"] if "symbol" in rows else pd.Series("", rows.index)
        if rows["date"].is_unique or not (found := standard_time(rows["date"], symbols)):
            return rows, notes
        dates, region = found
        text = f"{self.where}: clocks repeat an hour, as in {region}; {count(_moved(rows, dates), 'bar')}"
        return rows.assign(date=dates), [
            *notes,
            f"{text} of summer time read in standard time, an hour earlier",
        ]


def _moved(rows: pd.DataFrame, dates: pd.Series[Any]) -> int:
    return int((rows["date"] != dates).sum())


def _parse_extra_columns(raw: pd.DataFrame, form: formats.NumberFormat) -> pd.DataFrame:
    """Convert unknown columns to numbers where every cell is a number.

    Codes such as ``007`` or whole numbers of 16 digits would change, so they stay text.
    """
    names = list(raw.columns.difference([*NUMBERS, "symbol", "date"]))
    step = max(CELLS // len(raw), 1)
    blocks = (names[first : first + step] for first in range(0, len(names), step))
    return raw.assign(**{name: column for block in blocks for name, column in _numeric(raw[block], form)})


def _numeric(raw: pd.DataFrame, form: formats.NumberFormat) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield the columns of which every cell is a number; all are parsed in one go, as one long column."""
    texts = pd.concat([raw[name] for name in raw], ignore_index=True).to_frame("cell")
    cells = strip_blanks(texts["cell"])
    values = formats.to_floats(cells, form)
    is_code = cells.str.contains(r"^-?0\d|^-?\d{16,}$").fillna(False)
    fits = ~is_code & (values.notna() == cells.notna())
    shape = (len(raw.columns), len(raw))
    columns, whole = values.to_numpy().reshape(shape), fits.to_numpy("bool").reshape(shape).all(axis=1)
    yield from ((name, pd.Series(columns[i], raw.index)) for i, name in enumerate(raw) if whole[i])
