"""Read bars from a CSV file of any provider; delimiter, columns, number and date formats are inferred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from signalcli.data.sources.csv import headers, numbers
from signalcli.data.sources.csv.dates import parse_dates
from signalcli.errors import DataError
from signalcli.io.csv import first_line, header, line_numbers, parse_csv
from signalcli.io.files import PACKED, STDIO, read_bytes, source_name
from signalcli.io.gzip import gunzip, unpack
from signalcli.io.json_table import is_json, read_json
from signalcli.io.parquet import MAGIC, read_parquet
from signalcli.schemas import PRICES, ColumnType, cast

CELLS = 2**18  # parsed at a time
NUMBERS = (*PRICES, "volume", "adj_close", "split")


def read_bars_csv(source: str, *, date_format: str | None = None, gzip: bool = False) -> pd.DataFrame:
    """Return the raw rows of a bars file with known columns renamed and typed; the index is the line number.

    ``source`` is a path or ``-``; Parquet, JSON and files packed with gzip are recognized by their content,
    and ``gzip`` refuses any that is not packed. Without a symbol column the symbol is the name of the file,
    and ``attrs["named"]`` is true. Prices are adjusted, and rows dropped and sorted, by
    `signalcli.data.bars`. Raises NoInputError and DataError.
    """
    where = source_name(source)
    content = _unpack(read_bytes(source), where, gzip=gzip)
    if content.startswith(MAGIC):
        raw = _cast_columns(read_parquet(content, where), where)
    elif is_json(content):
        raw = _cast_columns(_parse_json(content, where, date_format), where)
    else:
        raw = _parse_text(content, where, date_format)
    if "symbol" not in raw:
        raw.attrs["named"] = True  # pandas copies what is here with every column, so it must be small
        raw.insert(0, "symbol", _symbol_of(source))
    return raw


def _symbol_of(source: str) -> str:
    """Return the name of a file without its endings: IBM for ``IBM.csv.gz``."""
    return "bars" if source == STDIO else Path(Path(source).name.removesuffix(PACKED)).stem


def _unpack(content: bytes, where: str, *, gzip: bool) -> bytes:
    return gunzip(content, where) if gzip else unpack(content, where)


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

    Codes such as ``007`` and whole numbers of 16 digits would change, so they stay text.
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
    is_code = cells.str.contains(r"^-?(?:0\d|\d{16,}$)").fillna(False)
    fits = ~is_code & (values.notna() == cells.notna())
    shape = (len(raw.columns), len(raw))
    columns, whole = values.to_numpy().reshape(shape), fits.to_numpy("bool").reshape(shape).all(axis=1)
    yield from ((name, pd.Series(columns[i], raw.index)) for i, name in enumerate(raw) if whole[i])
