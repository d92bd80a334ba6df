"""Bars in any provider's CSV dialect: delimiter, column names, numbers and dates are recognised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.data.sources.csv.dates import parse_dates
from signalcli.data.sources.csv.headers import canonical, delimiter_of, plain, suffix, without_banner
from signalcli.data.sources.csv.numbers import Style, cells, floats, numbers, style_of
from signalcli.errors import DataError
from signalcli.io.csv import PARQUET_MAGIC, first_line, from_parquet, header, line_numbers, parse_csv
from signalcli.io.files import STDIO, named, read_bytes
from signalcli.io.gzip import gunzip
from signalcli.schemas import ColumnType, cast

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("open", "high", "low", "close", "volume", "adj_close", "split")
_GZIP_MAGIC = b"\x1f\x8b"


def read_bars_csv(source: str, *, date_format: str | None = None, gzip: bool = False) -> pd.DataFrame:
    """Rows of a bars CSV as they stand: known columns renamed and typed, the index is the line number.

    ``source`` is a path or ``-``; Parquet is read as well, and with ``gzip`` what is packed. A file without a
    symbol column is named after itself; ``attrs["columns"]`` holds the columns that it had. Nothing is
    adjusted, dropped or sorted here (`signalcli.data.bars` does that). Raises NoInputError and DataError.
    """
    where = named(source)
    content = _unpacked(read_bytes(source), where, gzip=gzip)
    if content.startswith(PARQUET_MAGIC):
        raw = _typed_columns(from_parquet(content, where), where)
    else:
        raw = _from_text(content, where, date_format)
    raw.attrs["columns"] = list(raw.columns)
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars" if source == STDIO else Path(source).stem)
    return raw


def _unpacked(content: bytes, where: str, *, gzip: bool) -> bytes:
    if gzip:
        return gunzip(content, where)
    if content.startswith(_GZIP_MAGIC):
        raise DataError("CSV-GZIP", f"{where}: packed with gzip; use --gzip")
    return content


def _from_text(content: bytes, where: str, date_format: str | None) -> pd.DataFrame:
    content = without_banner(content)
    delimiter = delimiter_of(first_line(content))
    raw = _renamed(_text_columns(content, where, delimiter), where)
    raw = _join_time(raw)
    raw["date"] = parse_dates(raw["date"], where, date_format)
    priced = raw.columns.intersection(list(NUMBERS))
    known = cells(raw[priced])
    style = style_of(known, delimiter, where)
    for name in priced:
        raw[name] = numbers(known[name], style, where)
    if "symbol" in raw:
        raw["symbol"] = raw["symbol"].str.strip()
    return _type_extras(raw, style)


def _typed_columns(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Columns of a file that knows their types; the index counts the rows, for want of lines."""
    raw = _renamed(frame, where)
    kinds = {"symbol": ColumnType.TEXT, "date": ColumnType.DATE} | dict.fromkeys(NUMBERS, ColumnType.NUMBER)
    raw = raw.assign(**{name: cast(raw[name], kind, where) for name, kind in kinds.items() if name in raw})
    raw.index = range(1, len(raw) + 1)
    return raw


def _text_columns(content: bytes, where: str, delimiter: str) -> pd.DataFrame:
    """Every cell as text, so that nothing is guessed before the whole column was seen."""
    import pyarrow as pa

    names = header(content, delimiter)
    table = parse_csv(content, where, dict.fromkeys(names, pa.string()), delimiter)
    if table.num_rows == 0:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    frame = table.to_pandas()
    frame.index = line_numbers(content)[1 : len(frame) + 1]
    return frame


def _renamed(raw: pd.DataFrame, where: str) -> pd.DataFrame:
    """Columns under our names; a nameless one, which is somebody's row counter, is left out."""
    symbol = suffix(list(raw.columns), where)
    if symbol is not None:
        raw = raw.rename(columns=lambda name: name.strip().removesuffix(symbol).rstrip("-_. "))
    raw = raw.rename(columns=canonical(list(raw.columns), where))
    twice = sorted(set(raw.columns[raw.columns.duplicated()]))
    if twice:
        raise DataError("CSV-HEADER", f"{where}:1: two columns for {', '.join(twice)}; rename or remove one")
    named = {} if symbol is None or "symbol" in raw else {"symbol": symbol}
    return raw.drop(columns="", errors="ignore").assign(**named)


def _join_time(raw: pd.DataFrame) -> pd.DataFrame:
    """Date and time in two columns become one."""
    time = next((c for c in raw.columns if plain(c) == "time"), None)
    if time is None:
        return raw
    return raw.assign(date=raw["date"].str.strip() + " " + raw[time].str.strip()).drop(columns=time)


def _type_extras(raw: pd.DataFrame, style: Style) -> pd.DataFrame:
    """Columns we have no name for pass through, as numbers where every cell is one.

    A code such as ``007`` or one of 16 digits would come out changed, so it stays text.
    """
    for name in raw.columns.difference([*NUMBERS, "symbol", "date"]):
        known = cells(raw[[name]])[name]
        values = floats(known, style)
        code = known.str.contains(r"^-?0\d|\d{16}").fillna(False)
        if not code.any() and (values.notna() == known.notna()).all():
            raw[name] = values
    return raw
