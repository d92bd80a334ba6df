"""Bars in any provider's CSV dialect: delimiter, column names, numbers and dates are recognised."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signalcli.csvio import header, parse_csv
from signalcli.errors import DataError, printable
from signalcli.files import STDIO, named, read_bytes
from signalcli.sources.dates import parse_dates

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

    ``source`` is a path or ``-``. A file without a symbol column is named after itself. Nothing is
    adjusted, dropped or sorted here (`signalcli.bars` does that). Raises NoInputError and DataError.
    """
    content = read_bytes(source)
    where = named(source)
    raw = _text_columns(content, where)
    raw = raw.rename(columns=_canonical(list(raw.columns), where))
    raw = _join_time(raw)
    raw["date"] = parse_dates(raw["date"], where, date_format)
    for name in raw.columns.intersection(list(_NUMBERS)):
        raw[name] = _numbers(raw[name], where)
    if "symbol" not in raw:
        raw.insert(0, "symbol", "bars" if source == STDIO else Path(source).stem)
    return _type_extras(raw)


def _text_columns(content: bytes, where: str) -> pd.DataFrame:
    """Every cell as text, so that nothing is guessed before the whole column was seen."""
    import pyarrow as pa

    first_line = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=first_line.count)
    names = header(content, delimiter)
    table = parse_csv(content, where, dict.fromkeys(names, pa.string()), delimiter)
    if table.num_rows == 0:
        raise DataError("TABLE-EMPTY", f"{where}: a header and no rows; nothing to do")
    frame = table.to_pandas()
    frame.index = range(2, len(frame) + 2)
    return frame


def _canonical(names: list[str], where: str) -> dict[str, str]:
    """Our name for each column that has one."""
    found: dict[str, str] = {}
    for ours, theirs in ALIASES.items():
        plain = {re.sub(r"\W+", "_", name.lower()).strip("_"): name for name in names}
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
    time = next((c for c in raw.columns if c.lower() == "time"), None)
    if time is None:
        return raw
    return raw.assign(date=raw["date"].str.strip() + " " + raw[time].str.strip()).drop(columns=time)


def _numbers(texts: pd.Series[Any], where: str) -> pd.Series[Any]:
    """Floats of a text column; an unknown cell is NaN, other text a DataError with its line."""
    import pandas as pd

    plain = texts.str.strip().replace(["", "NaN", "nan", "NA", "N/A", "null", "None", "-"], None)
    numbers = pd.to_numeric(plain, errors="coerce")
    if (numbers.isna() & plain.notna()).any():
        plain = _without_marks(plain)
        numbers = pd.to_numeric(plain, errors="coerce")
    wrong = numbers.isna() & plain.notna()
    if wrong.any():
        line = wrong.index[wrong][0]
        raise DataError(
            "DATA-NUMBER",
            f"{where}:{line}: {texts.name} {printable(texts[line])!r} is not a number; fix or remove the row",
        )
    return numbers.astype("float64")


def _without_marks(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Thousands marks removed (``1,234.5``), or a decimal comma turned into a point (``1234,5``)."""
    decimal_comma = texts.str.fullmatch(r"-?\d+,\d+|-?\d{1,3}(\.\d{3})+,\d+|-?\d+").fillna(True).all()
    grouped = texts.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?").fillna(True).all()
    if grouped:
        return texts.str.replace(",", "", regex=False)
    if decimal_comma:
        return texts.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return texts


def _type_extras(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns we have no name for pass through, as numbers where every cell is one."""
    import pandas as pd

    for name in raw.columns.difference([*_NUMBERS, "symbol", "date"]):
        numbers = pd.to_numeric(raw[name].replace("", None), errors="coerce")
        if numbers.notna().sum() == (raw[name] != "").sum():
            raw[name] = numbers.astype("float64")
    return raw
