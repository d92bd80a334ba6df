"""Bars in any provider's CSV dialect: delimiter, column names, numbers and dates are recognised."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from signalcli.csvio import PARQUET_MAGIC, first_line, from_parquet, header, line_numbers, parse_csv
from signalcli.errors import DataError, printable
from signalcli.files import STDIO, named, read_bytes
from signalcli.sources.dates import parse_dates
from signalcli.sources.numbers import Style, cells, floats, numbers, style_of
from signalcli.tables import Kind, cast

if TYPE_CHECKING:
    import pandas as pd

ALIASES = {
    "symbol": ("symbol", "ticker", "name", "code", "instrument"),
    "date": ("date", "datetime", "time", "timestamp", "date_time", "gmt_time", "local_time", "unix", ""),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c", "last"),
    "volume": ("volume", "vol", "v"),
    "adj_close": ("adj_close", "adjusted_close", "adjclose", "close_adj"),
    "split": ("split", "stock_splits", "split_ratio", "split_coefficient"),
}
_NUMBERS = ("open", "high", "low", "close", "volume", "adj_close", "split")
_DELIMITERS = ",;\t|"


def read_bars_csv(source: str, *, date_format: str | None = None) -> pd.DataFrame:
    """Rows of a bars CSV as they stand: known columns renamed and typed, the index is the line number.

    ``source`` is a path or ``-``; Parquet is read as well. A file without a symbol column is named after
    itself; ``attrs["columns"]`` holds the columns that it had. Nothing is adjusted, dropped or sorted here
    (`signalcli.bars` does that). Raises NoInputError and DataError.
    """
    content = read_bytes(source)
    where = named(source)
    if content.startswith(PARQUET_MAGIC):
        raw = _typed_columns(from_parquet(content, where), where)
    else:
        raw = _from_text(content, where, date_format)
    raw.attrs["columns"] = list(raw.columns)
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars" if source == STDIO else Path(source).stem)
    return raw


def _from_text(content: bytes, where: str, date_format: str | None) -> pd.DataFrame:
    delimiter = max(_DELIMITERS, key=first_line(content).count)
    raw = _renamed(_text_columns(content, where, delimiter), where)
    raw = _join_time(raw)
    raw["date"] = parse_dates(raw["date"], where, date_format)
    priced = raw.columns.intersection(list(_NUMBERS))
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
    kinds = {"symbol": Kind.TEXT, "date": Kind.DATE} | dict.fromkeys(_NUMBERS, Kind.NUMBER)
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
    raw = raw.rename(columns=_canonical(list(raw.columns), where))
    twice = sorted(set(raw.columns[raw.columns.duplicated()]))
    if twice:
        raise DataError("CSV-HEADER", f"{where}:1: two columns for {', '.join(twice)}; rename or remove one")
    return raw.drop(columns="", errors="ignore")


def _plain(name: str) -> str:
    """``<Adj Close>`` and ``adj-close`` are ``adj_close``."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _canonical(names: list[str], where: str) -> dict[str, str]:
    """Our name for each column that has one."""
    found: dict[str, str] = {}
    plain = {_plain(name): name for name in names}
    for ours, theirs in ALIASES.items():
        match = next((plain[alias] for alias in theirs if alias in plain), None)
        if match is not None:
            found[match] = ours
    missing = {"date", "open", "high", "low", "close"} - set(found.values())
    if missing:
        raise DataError(
            "BARS-COLUMNS",
            f"{where}:1: no column for {', '.join(sorted(missing))} among {printable(', '.join(names))}",
        )
    return found


def _join_time(raw: pd.DataFrame) -> pd.DataFrame:
    """Date and time in two columns become one."""
    time = next((c for c in raw.columns if _plain(c) == "time"), None)
    if time is None:
        return raw
    return raw.assign(date=raw["date"].str.strip() + " " + raw[time].str.strip()).drop(columns=time)


def _type_extras(raw: pd.DataFrame, style: Style) -> pd.DataFrame:
    """Columns we have no name for pass through, as numbers where every cell is one.

    A code such as ``007`` or one of 16 digits would come out changed, so it stays text.
    """
    for name in raw.columns.difference([*_NUMBERS, "symbol", "date"]):
        known = cells(raw[[name]])[name]
        values = floats(known, style)
        code = known.str.contains(r"^-?0\d|\d{16}").fillna(False)
        if not code.any() and (values.notna() == known.notna()).all():
            raw[name] = values
    return raw
