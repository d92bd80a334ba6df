"""What the names of a header leave open, settled by the cells below: volume or turnover, date, symbol."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from signalcli.data.sources.csv.dates.looks import are_dates
from signalcli.data.sources.csv.grid.grid import Grid
from signalcli.data.sources.csv.header.fields import Fields, base_volume, volume_columns
from signalcli.data.sources.csv.header.header import Header
from signalcli.data.sources.csv.numbers.formats import to_numbers
from signalcli.errors import DataError

_FEW = 200  # rows that show what columns are
_SHARE = 0.95  # of the rows in which turnover / volume is a price of the bar
_MOST = 40  # columns among which the volume is looked for
_LETTERS = ("s", "S", "T")  # names of a symbol beside t, o, h, l, c, if its cells are words


def settled(header: Header, grid: Grid) -> Header:
    """Return the header with the volume, date and symbol that the values show."""
    header = _with_symbol(_with_index(header, grid), grid)
    header = _with_unit_volume(header, grid)
    return _with_volume_of_turnover(header, grid)


def _with_index(header: Header, grid: Grid) -> Header:
    """Return the header with the nameless column of dates as date; the text beside it is the symbol."""
    nameless = [i for i, name in enumerate(header.names) if not name.strip()]
    at = header.fields.get("date")
    if at not in nameless or len(nameless) < 2:
        return header
    few = grid.cells.head(_FEW)
    dates = [i for i in nameless if are_dates(few[i])]
    words = [i for i in nameless if i not in dates and _are_words(few[i])]
    if not dates:
        return header
    symbol = {"symbol": words[0]} if words and "symbol" not in header.fields else {}
    return replace(header, fields=header.fields | {"date": dates[0]} | symbol)


def _with_symbol(header: Header, grid: Grid) -> Header:
    """Return the header with the column of one letter that holds words as symbol."""
    if "symbol" in header.fields or header.symbols:
        return header
    letters = [header.names.index(letter) for letter in _LETTERS if letter in header.names]
    taken = header.fields.values()
    found = [i for i in letters if i not in taken and _are_words(grid.cells[i].head(_FEW))]
    return replace(header, fields=header.fields | {"symbol": found[0]}) if found else header


def _are_words(texts: pd.Series[str]) -> bool:
    return bool(texts.str.contains(r"[^\W\d_]", regex=True).all())


def _with_unit_volume(header: Header, grid: Grid) -> Header:
    """Return the header with the volume in units of the symbol, or the first that is not all zeros."""
    if "symbol" in header.fields and (
        own := base_volume(header.names, grid.cells[header.fields["symbol"]].iloc[:1])
    ):
        return replace(header, fields=header.fields | own)
    named = volume_columns(header.names) if "volume" in header.fields else []
    if len(named) < 2:
        return header
    filled = [i for i in named if not grid.cells[i].str.fullmatch(r"\s*0*\.?0*\s*").all()]
    at = header.fields["volume"]
    return replace(header, fields=header.fields | {"volume": at if at in filled or not filled else filled[0]})


def _with_volume_of_turnover(header: Header, grid: Grid) -> Header:
    """Return the header with another volume where the named one is that times a price: the turnover."""
    at = header.fields.get("volume")
    if at is None or not {"high", "low"} <= set(header.fields):
        return header
    others = [i for i in grid.cells if i not in header.fields.values() and header.names[i : i + 1] != ("",)]
    others = others[:_MOST]
    wanted = [header.fields["high"], header.fields["low"], at, *others]
    try:
        numbers = to_numbers(grid.cells[wanted].head(_FEW), header.delimiter)
    except DataError:
        return header
    found = next((i for i in others if _is_volume_of(numbers, i, at, header.fields)), at)
    return replace(header, fields=header.fields | {"volume": found})


def _is_volume_of(numbers: pd.DataFrame, i: int, turnover: int, fields: Fields) -> bool:
    """Return whether the turnover divided by a column lies between low and high where both are above zero."""
    traded = numbers[(numbers[i] > 0) & (numbers[turnover] > 0)]
    price = traded[turnover] / traded[i]
    low, high = traded[fields["low"]] * (1 - 1e-4), traded[fields["high"]] * (1 + 1e-4)
    inside = ((price >= low) & (price <= high)).mean()
    return len(traded) > 2 and bool(inside >= _SHARE) and not bool((price.round(3) == 1).all())
