"""Sheets of an Excel workbook → CSV text, so that they are recognized like any other text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from signalcli.errors import DataError
from signalcli.io.containers.archive import read_member
from signalcli.io.containers.budget import Budget
from signalcli.io.containers.columnar import check_cells
from signalcli.io.libraries import require_library

_EXACT = 2.0**53  # every whole number below is a float
_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


class Workbook:
    """An Excel workbook (.xlsx); its formulas are read as their last values.

    Raises UsageError where python-calamine is missing, and DataError when the workbook is damaged or unpacks
    to more than memory should hold.
    """

    def __init__(self, archive: zipfile.ZipFile, content: bytes, where: str, budget: Budget) -> None:
        self._where = where
        _check_size(archive, len(content), where, budget)
        calamine = _calamine(where)
        self._errors: tuple[type[Exception], ...] = (calamine.CalamineError, ValueError, OSError)
        try:
            self._book = calamine.load_workbook(io.BytesIO(content))
        except self._errors as error:
            raise self._damaged() from error

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets, in the order of the workbook."""
        return list(self._book.sheet_names)

    def read(self, name: str) -> bytes:
        """Return a sheet as CSV; lines are those of the sheet. Raises DataError."""
        try:
            sheet = self._book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=True)
            above = sheet.start[0] if sheet.start else 0
        except self._errors as error:
            raise self._damaged() from error
        return b"\n" * above + _to_csv(rows)

    def _damaged(self) -> DataError:
        return DataError(
            "FILE-DAMAGED", f"{self._where}: the Excel file is damaged; save it again as .xlsx or CSV"
        )


def _calamine(where: str) -> Any:
    require_library("python_calamine", f"{where}: an Excel workbook", "or save it as CSV")
    import python_calamine

    return python_calamine


def _check_size(archive: zipfile.ZipFile, size: int, where: str, budget: Budget) -> None:
    """Raise DataError when the workbook unpacks to too much, or spans more cells than its size explains."""
    for member in archive.infolist():
        text = read_member(archive, member, where, budget)
        if _SHEET.fullmatch(member.filename):
            check_cells(_spanned_cells(text), size, where)


def _spanned_cells(sheet: bytes) -> int:
    """Return the number of cells of the rectangle around all cells of a sheet."""
    columns: set[bytes] = set()
    last = 0
    for match in _PLACE.finditer(sheet):
        columns.add(match[1])
        last = max(last, int(match[2]))
    return max(map(_column_number, columns), default=0) * last


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _to_csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    precisions = [_precision(column) for column in zip_longest(*rows)]
    for row in rows:
        cells = [_text(cell, precision) for cell, precision in zip(row, precisions, strict=False)]
        if any(cells):
            writer.writerow(cells)
        else:
            out.write("\n")
    return out.getvalue().encode("utf-8", "replace")


def _precision(column: Iterable[Any]) -> str | None:
    """Return how exact the moments of a column are; None for days. A midnight among hours comes as a day."""
    moments = [cell for cell in column if isinstance(cell, dt.datetime)]
    if not moments:
        return None
    return "microseconds" if any(moment.microsecond for moment in moments) else "seconds"


def _text(cell: Any, precision: str | None) -> str:
    """Return a cell as text: numbers as short as they are exact, dates ISO 8601, line ends as spaces."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, dt.date):
        moment = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
        return moment.isoformat(" ", precision) if precision else cell.isoformat()
    return re.sub(r"\s*[\r\n]+\s*", " ", str(cell))
