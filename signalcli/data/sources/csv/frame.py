"""Text cells under the names of our fields; symbols side by side become rows."""

from __future__ import annotations

import pandas as pd

from signalcli.data.sources.csv.dates.clock import join_time
from signalcli.data.sources.csv.grid.grid import Grid
from signalcli.data.sources.csv.header.fields import FIELDS, Fields, repeated_fields
from signalcli.data.sources.csv.header.header import Header
from signalcli.errors import DataError, count, printable
from signalcli.schemas import FEATURES, PRICES


def name_columns(grid: Grid, header: Header, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells under our names, other columns under theirs, and notes of what has no name.

    A column without a name, such as a row counter, is left out. Raises DataError for a name that comes twice.
    """
    place = f"{where}:{header.line + 1}"
    repeated = repeated_fields(header.names, header.fields) if not header.symbols else []
    if repeated:
        raise DataError("CSV-HEADER", f"{place}: two columns for {', '.join(repeated)}; rename or remove one")
    if header.symbols:
        rows = _stack_symbols(grid.cells, header)
    else:
        rows = _select(grid.cells, header.fields | _others(header, place))
    return _with_time(rows, header), [] if header.given else _nameless(grid, header, where)


def _select(cells: pd.DataFrame, columns: Fields) -> pd.DataFrame:
    rows = cells[list(columns.values())]
    rows.columns = pd.Index(list(columns))
    return rows


def _others(header: Header, place: str) -> Fields:
    """Return the columns that are no field, by their names; one of our names is numbered."""
    taken = set(header.fields.values()) | {i for own in header.symbols.values() for i in own.values()}
    others: Fields = {}
    for i, name in enumerate(header.names):
        if i in taken or not name.strip():
            continue
        if name in others:
            raise DataError("CSV-HEADER", f"{place}: column {printable(name)} appears twice; rename one")
        others[name.strip() if name.strip() not in FIELDS else f"{name.strip()}_{i + 1}"] = i
    return others


def _stack_symbols(cells: pd.DataFrame, header: Header) -> pd.DataFrame:
    """Return the rows of each symbol; a symbol that has no price on a date has no row there."""
    shared = header.fields | _others(header, "")
    parts = [_symbol_rows(_select(cells, shared | own), name) for name, own in header.symbols.items()]
    if len(parts) == 1:
        return parts[0]
    for name, part in zip(header.symbols, parts, strict=True):
        part.index = pd.Index([f"{line} {name}" for line in part.index])
    return pd.concat(parts)


def _symbol_rows(rows: pd.DataFrame, symbol: str) -> pd.DataFrame:
    filled = rows[list(PRICES)].ne("").any(axis=1)
    rows = rows[filled]
    return rows.assign(symbol=symbol) if symbol and "symbol" not in rows else rows


def _with_time(rows: pd.DataFrame, header: Header) -> pd.DataFrame:
    """Join a date column and a time column; a time that is no clock time keeps its name and place.

    The column ``hour`` of our FEATURES is one of its own: their dates have their times.
    """
    if "time" not in rows:
        return rows
    joined = None if set(FEATURES.columns) <= set(rows) else join_time(rows["date"], rows["time"])
    if joined is not None:
        return rows.assign(date=joined).drop(columns="time")
    name = header.names[header.fields["time"]].strip() if "time" in header.fields else ""
    if not name or (name != "time" and name in rows):
        return rows
    others = _others(header, "") | {name: header.fields["time"]}
    rows = rows.rename(columns={"time": name})
    return rows[[c for c in rows if c not in others] + sorted(others, key=others.__getitem__)]


def _nameless(grid: Grid, header: Header, where: str) -> list[str]:
    others = set(grid.cells) - set(header.fields.values())
    number = sum(bool(grid.cells[i].str.strip().ne("").any()) for i in others)
    return [f"{where}: no header line; {count(number, 'column')} without a name left out"] if number else []
