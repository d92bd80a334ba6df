"""Read bars from a CSV file of any provider; delimiter, columns, number and date formats are inferred."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from signalcli.data.sources.csv import headers, numbers
from signalcli.data.sources.csv.dates import parse_dates
from signalcli.errors import DataError
from signalcli.io.csv import first_line, header, line_numbers, parse_csv
from signalcli.io.files import STDIO, read_bytes, source_name
from signalcli.io.gzip import gunzip
from signalcli.io.parquet import MAGIC, read_parquet
from signalcli.schemas import PRICES, ColumnType, cast

NUMBERS = (*PRICES, "volume", "adj_close", "split")
_GZIP_MAGIC = b"\x1f\x8b"


def read_bars_csv(source: str, *, date_format: str | None = None, gzip: bool = False) -> pd.DataFrame:
    """Return the raw rows of a bars file with known columns renamed and typed; the index is the line number.

    ``source`` is a path or ``-``; Parquet is read, too, and with ``gzip`` a compressed file. Without a symbol
    column the symbol is the name of the file; ``attrs["columns"]`` lists the columns of the file. Prices are
    adjusted, and rows dropped and sorted, by `signalcli.data.bars`. Raises NoInputError and DataError.
    """
    where = source_name(source)
    content = _unpack(read_bytes(source), where, gzip=gzip)
    if content.startswith(MAGIC):
        raw = _cast_columns(read_parquet(content, where), where)
    else:
        raw = _parse_text(content, where, date_format)
    raw.attrs["columns"] = list(raw.columns)
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars" if source == STDIO else Path(source).stem)
    return raw


def _unpack(content: bytes, where: str, *, gzip: bool) -> bytes:
    if gzip:
        return gunzip(content, where)
    if content.startswith(_GZIP_MAGIC):
        raise DataError("CSV-GZIP", f"{where}: packed with gzip; use --gzip")
    return content


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
    for name in raw.columns.difference([*NUMBERS, "symbol", "date"]):
        cells = numbers.strip_cells(raw[[name]])[name]
        values = numbers.to_floats(cells, form)
        is_code = cells.str.contains(r"^-?0\d|\d{16}").fillna(False)
        if not is_code.any() and (values.notna() == cells.notna()).all():
            raw[name] = values
    return raw
