"""Rows of a file whose columns have types, such as Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from signalcli.data.sources.csv.dates.live import clock_of_day, note_of
from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.data.sources.csv.frame import name_columns
from signalcli.data.sources.csv.grid.grid import Grid
from signalcli.data.sources.csv.header.fields import NUMBERS
from signalcli.data.sources.csv.header.find import header_at
from signalcli.data.sources.csv.hints import Hints
from signalcli.data.sources.csv.numbers import formats
from signalcli.data.sources.csv.numbers.cleaning import strip_cells
from signalcli.data.sources.csv.recognize import layout_of_names
from signalcli.schemas import ColumnType, cast

_DAYS = 3  # midnights that show daily bars beside one that is none


def names_bars(names: Iterable[object]) -> bool:
    """Return whether names of columns are those of bars."""
    return header_at([[str(name) for name in names]], 0) is not None


def typed_rows(table: pd.DataFrame, where: str, hints: Hints) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns under our names and types, and notes; the index is the 1-based row number.

    Raises DataError.
    """
    header = layout_of_names([str(name) for name in table.columns], where, hints)
    cells = table.set_axis(range(len(table.columns)), axis=1).set_axis(range(1, len(table) + 1), axis=0)
    rows, _ = name_columns(Grid(cells), header, where)
    kinds = {"symbol": ColumnType.TEXT} | dict.fromkeys(NUMBERS, ColumnType.NUMBER)
    typed = {name: _cast(rows[name], kind, where) for name, kind in kinds.items() if name in rows}
    symbols = typed.get("symbol", pd.Series("", rows.index))
    dates, live = clock_of_day(_dates(rows["date"], where, hints), symbols)
    return rows.assign(date=dates, **typed), note_of(live, rows["date"].astype("str"), where)


def _cast(column: pd.Series[Any], kind: ColumnType, where: str) -> pd.Series[Any]:
    if kind is ColumnType.NUMBER and column.dtype.kind not in "fiub" and _is_text(column):
        cells = strip_cells(column.to_frame())
        return formats.parse_numbers(
            cells[column.name], formats.infer_number_format(cells, ",", where), where
        )
    return cast(column, kind, where)


def _dates(column: pd.Series[Any], where: str, hints: Hints) -> pd.Series[Any]:
    """Return dates; numbers are counts since 1970 or days of a spreadsheet, texts are recognized."""
    if column.dtype.kind in "iuf" or (_is_text(column) and len(column)):
        return parse_dates(column.astype("str").str.removesuffix(".0"), where, hints.date_format)
    return cast(_local_days(column), ColumnType.DATE, where)


def _local_days(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return moments without their zone when all but a running bar are midnight there: daily bars."""
    if getattr(column.dtype, "tz", None) is None:
        return column
    local = column.dt.tz_localize(None)
    return local if (local != local.dt.normalize()).sum() <= (len(local) > _DAYS) else column


def _is_text(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_string_dtype(column.dtype))
