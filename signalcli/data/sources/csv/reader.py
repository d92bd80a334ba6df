"""Parse bars of any provider; delimiter, columns, number and date formats are inferred."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from signalcli.data.sources.csv import headers, numbers
from signalcli.data.sources.csv.dates import parse_dates
from signalcli.errors import DataError
from signalcli.io.csv import first_line, header, line_numbers, parse_csv
from signalcli.io.json_table import is_json, read_json
from signalcli.schemas import PRICES, ColumnType, cast

if TYPE_CHECKING:
    import pyarrow as pa

CELLS = 2**18  # parsed at a time
NUMBERS = (*PRICES, "volume", "adj_close", "split")


def parse_bars(content: bytes | pa.Table, where: str, *, date_format: str | None = None) -> pd.DataFrame:
    """Return raw rows with known columns renamed and typed; the index is the line number.

    content : CSV or JSON in UTF-8, or a table with types of its own.

    Prices are adjusted, and rows dropped and sorted, by `signalcli.data.bars`. Raises DataError.
    """
    if isinstance(content, bytes):
        if is_json(content):
            return _cast_columns(_parse_json(content, where, date_format), where)
        return _parse_text(content, where, date_format)
    frame = content.to_pandas(ignore_metadata=True)
    if _is_typed(frame):
        return _cast_columns(frame, where)
    return _parse_text(_as_csv(content), where, date_format)


def _is_typed(frame: pd.DataFrame) -> bool:
    """Whether dates are dates and prices are numbers; otherwise they are recognized as in text."""
    known = headers.find_columns(list(frame.columns))
    kinds = {ours: frame[name].dtype.kind for name, ours in known.items()}
    return kinds.get("date") == "M" and all(kinds.get(name) in {"f", "i", "u"} for name in PRICES)


def _as_csv(table: pa.Table) -> bytes:
    from pyarrow import csv as arrow_csv

    buffer = io.BytesIO()
    arrow_csv.write_csv(table, buffer)
    return buffer.getvalue()


def _parse_text(content: bytes, where: str, date_format: str | None) -> pd.DataFrame:
    content = headers.blank_banner(content)
    delimiter = headers.delimiter_of(first_line(content))
    raw = _join_time(_rename(_read_text_columns(content, where, delimiter), where))
    raw["date"] = parse_dates(raw["date"], where, date_format)
    numeric = raw.columns.intersection(list(NUMBERS))
    cells = numbers.strip_cells(raw[numeric])
    form = numbers.infer_number_format(cells, delimiter, where)
    for name in numeric:
        raw[name] = numbers.parse_numbers(cells[name], form, where)
    if "symbol" in raw:
        raw["symbol"] = raw["symbol"].str.strip()
    return _parse_extra_columns(raw, form)


def _parse_json(content: bytes, where: str, date_format: str | None) -> pd.DataFrame:
    """Return the rows under our names with dates parsed; a number as a date counts from 1970."""
    raw = _rename(read_json(content, where), where)
    if raw.empty:
        raise DataError("TABLE-EMPTY", f"{where}: no rows; nothing to do")
    raw.index = range(1, len(raw) + 1)
    texts = raw["date"].astype("str")
    return raw.assign(date=parse_dates(texts, where, date_format))


def _cast_columns(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the columns of a typed file; the index is the 1-based row number."""
    raw = _rename(frame, where)
    kinds = {"symbol": ColumnType.TEXT, "date": ColumnType.DATE} | dict.fromkeys(NUMBERS, ColumnType.NUMBER)
    raw = raw.assign(**{name: cast(raw[name], kind, where) for name, kind in kinds.items() if name in raw})
    raw.index = range(1, len(raw) + 1)
    return raw


def _read_text_columns(content: bytes, where: str, delimiter: str) -> pd.DataFrame:
    """Return every cell as text, because formats are inferred from whole columns."""
    import pyarrow as pa

    names = header(content, delimiter)
    table = parse_csv(content, where, dict.fromkeys(names, pa.string()), delimiter)
    if table.num_rows == 0:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    frame = table.to_pandas()
    frame.index = line_numbers(content)[1 : len(frame) + 1]
    return frame


def _rename(raw: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the columns under our names; a column without a name, a row counter, is dropped."""
    symbol = headers.common_suffix(list(raw.columns), where)
    if symbol is not None:
        raw = raw.rename(columns=lambda name: name.strip().removesuffix(symbol).rstrip("-_. "))
    raw = raw.rename(columns=headers.map_columns(list(raw.columns), where))
    repeated = ", ".join(sorted(set(raw.columns[raw.columns.duplicated()])))
    if repeated:
        raise DataError("CSV-HEADER", f"{where}:1: two columns for {repeated}; rename or remove one")
    raw = raw.drop(columns="", errors="ignore")
    return raw if symbol is None or "symbol" in raw else raw.assign(symbol=symbol)


def _join_time(raw: pd.DataFrame) -> pd.DataFrame:
    """Join a date column and a time column."""
    time = next((c for c in raw.columns if headers.normalize(c) == "time"), None)
    if time is None:
        return raw
    return raw.assign(date=raw["date"].str.strip() + " " + raw[time].str.strip()).drop(columns=time)


def _parse_extra_columns(raw: pd.DataFrame, form: numbers.NumberFormat) -> pd.DataFrame:
    """Convert unknown columns to numbers where every cell is a number.

    Codes such as ``007`` or of 16 digits would change, so they stay text.
    """
    names = list(raw.columns.difference([*NUMBERS, "symbol", "date"]))
    step = max(CELLS // len(raw), 1)
    blocks = (names[first : first + step] for first in range(0, len(names), step))
    return raw.assign(**{name: column for block in blocks for name, column in _numeric(raw[block], form)})


def _numeric(raw: pd.DataFrame, form: numbers.NumberFormat) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield the columns of which every cell is a number; all are parsed in one go, as one long column."""
    texts = pd.concat([raw[name] for name in raw], ignore_index=True).to_frame("cell")
    cells = numbers.strip_cells(texts)["cell"]
    values = numbers.to_floats(cells, form)
    is_code = cells.str.contains(r"^-?0\d|\d{16}").fillna(False)
    fits = ~is_code & (values.notna() == cells.notna())
    shape = (len(raw.columns), len(raw))
    columns, whole = values.to_numpy().reshape(shape), fits.to_numpy("bool").reshape(shape).all(axis=1)
    yield from ((name, pd.Series(columns[i], raw.index)) for i, name in enumerate(raw) if whole[i])
