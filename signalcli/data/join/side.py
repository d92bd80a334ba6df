"""A side table: series with the time at which each value was released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signalcli.config.join import PERIODS, JoinConfig
from signalcli.data.join.releases import Releases, parse_releases, time_zone
from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.errors import DataError, UsageError, count, nearest, printable
from signalcli.io.containers.read import read_one
from signalcli.io.csv import first_line, line_numbers, parse_csv, split_cells
from signalcli.io.files import source_name
from signalcli.io.json_table import is_json, read_json
from signalcli.schemas import refuse_control_characters

if TYPE_CHECKING:
    import pyarrow as pa

SYMBOL = ("symbol", "ticker")
NONE = "-"  # name of a column that there is not


@dataclass(frozen=True)
class Side:
    """A side table, one row for each release.

    Parameters
    ----------
    where : str
        Its name in messages.
    releases : Releases
        When each row was released.
    periods : ndarray of int
        Rank of the period that a row tells about; 0 throughout when there is no column of it.
    symbols : ndarray of str or None
        Symbol of each row; None when the rows tell about all symbols.
    values : DataFrame
        Columns that are added, under their new names.
    lines : list of str
        What was left out.
    """

    where: str
    releases: Releases
    periods: np.ndarray
    symbols: np.ndarray | None
    values: pd.DataFrame
    lines: list[str]


def read_side(source: str, number: int, config: JoinConfig) -> Side:
    """Return a side table; ``number`` says which of the settings in ``config`` are its own.

    Raises NoInputError, DataError, and UsageError for a column that is not there.
    """
    where = source_name(source)
    table, notes = _read(source, where)
    side = make_side(table, where, number, config)
    return replace(side, lines=[*notes, *side.lines])


def make_side(table: pd.DataFrame, where: str, number: int, config: JoinConfig) -> Side:
    """Return a side table made of a DataFrame. Raises as `read_side`."""
    refuse_control_characters(table, where)
    release = _column(table, config.release_of(number), where, "--on-release")
    period = _period_column(table, config.period_of(number), release, where)
    symbol = next((c for c in table if str(c).lower() in SYMBOL), None)
    values = table.drop(columns=[c for c in (release, period, symbol) if c is not None])
    if values.columns.empty:
        raise DataError("JOIN-EMPTY", f"{where}: no column beside {printable(release)}; nothing to join")
    releases = parse_releases(table[release], where, time_zone(config.release_zone), config.release_format)
    side = Side(
        where,
        releases,
        _ranks(table, period, where),
        None if symbol is None else table[symbol].astype("str").to_numpy("object"),
        values.rename(columns=lambda name: f"{config.prefix_of(number)}{name}"),
        [],
    )
    return _distinct(_known(side, printable(release)), period)


def _read(source: str, where: str) -> tuple[pd.DataFrame, Sequence[str]]:
    """Return the table, and lines about columns that were left out."""
    content, notes = read_one(source)
    if isinstance(content, bytes):
        return _table(content, where), notes
    return _numbered(content.to_pandas(ignore_metadata=True), range(1, content.num_rows + 1)), notes


def _table(content: bytes, where: str) -> pd.DataFrame:
    if is_json(content):
        table = read_json(content, where)
        return _numbered(table, range(1, len(table) + 1))
    line = first_line(content)
    mark = max(",;\t|", key=lambda m: len(split_cells(line, m)))
    names = split_cells(line, mark)
    texts: dict[str, pa.DataType] = dict.fromkeys(_texts(names), _string())
    table = parse_csv(content, where, texts, mark).to_pandas()
    return _numbered(table, line_numbers(content)[1 : len(table) + 1])


def _string() -> pa.DataType:
    import pyarrow as pa

    return pa.string()


def _texts(names: Sequence[str]) -> list[str]:
    """Return the columns that are read as text: those that may hold dates or symbols."""
    return [n for n in names if n.lower() in {*SYMBOL, *PERIODS} or "release" in n.lower()]


def _numbered(table: pd.DataFrame, lines: Sequence[int]) -> pd.DataFrame:
    """Return the rows under the numbers of their lines, with names of columns without spaces around."""
    return table.set_axis(pd.Index(lines), axis=0).rename(columns=lambda name: str(name).strip())


def _column(table: pd.DataFrame, name: str, where: str, flag: str) -> str:
    if name in table:
        return name
    hint = nearest(name, [str(c) for c in table], 3)
    text = f"{where}: no column {printable(name)}; name it with {flag} ({printable(hint)}?)"
    raise UsageError("JOIN-COLUMN", text)


def _period_column(table: pd.DataFrame, name: str | None, release: str, where: str) -> str | None:
    if name == NONE:
        return None
    if name is not None:
        return _column(table, name, where, "--on-period")
    return next((c for p in PERIODS for c in table if str(c).lower() == p and c != release), None)


def _ranks(table: pd.DataFrame, period: str | None, where: str) -> np.ndarray:
    """Return the rank of the period of each row, -1 where it is unknown."""
    if period is None:
        return np.zeros(len(table), dtype="int64")
    column = table[period]
    if column.dtype.kind not in "fiuM":
        column = _parsed(column.astype("str").str.strip().where(column.notna(), ""), where)
    return np.asarray(pd.factorize(column, sort=True)[0], dtype="int64")


def _parsed(texts: pd.Series[Any], where: str) -> pd.Series[Any]:
    """Return periods that can be ordered: dates, or texts such as 2024Q1 and 2024-W07."""
    known = texts[texts != ""]
    if len(known) and known.str.fullmatch(r"\d{4}[-_ ]?(?:[QHSWM]\d{1,2})?").all():
        parts = known.str.extract(r"(\d{4})\D*(\d*)")
        number = parts[0].astype("int64") * 100 + parts[1].replace("", "0").astype("int64")
        return number.astype("float64").reindex(texts.index)
    return parse_dates(known, where).reindex(texts.index)


def _known(side: Side, release: str) -> Side:
    """Return the rows whose release and period are known; a line counts the others."""
    unknown = np.isnat(side.releases.moments) | (side.periods < 0)
    if unknown.all():
        raise DataError("JOIN-RELEASE", f"{side.where}: no row has a {release}")
    if not unknown.any():
        return side
    text = f"{side.where}: left out: {count(int(unknown.sum()), 'row')} without a time of release or a period"
    return _rows(side, ~unknown, [text])


def _rows(side: Side, keep: np.ndarray, lines: list[str]) -> Side:
    return Side(
        side.where,
        side.releases.at(keep),
        side.periods[keep],
        None if side.symbols is None else side.symbols[keep],
        side.values[keep],
        side.lines + lines,
    )


def _distinct(side: Side, period: str | None) -> Side:
    """Return the side table with every release once. Raises DataError for one of two values."""
    key = pd.DataFrame({"moment": side.releases.moments, "dated": side.releases.dated, "p": side.periods})
    if side.symbols is not None:
        key["symbol"] = side.symbols
    if not key.duplicated().any():
        return side
    group = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    for name in side.values:
        different = side.values[name].groupby(group).nunique() > 1
        if different.any():
            row = int(np.flatnonzero(group == different.idxmax())[1])
            line = side.values.index[row]
            hint = "" if period is not None else "; name the column of their periods with --on-period"
            text = f"{side.where}:{line}: two values of {printable(name)} were released at the same time"
            raise DataError("JOIN-TWICE", text + hint)
    again = pd.concat([key.reset_index(drop=True), side.values.reset_index(drop=True)], axis=1).duplicated()
    if not again.any():
        return side
    text = f"{side.where}: {count(int(again.sum()), 'row')} appear twice; kept once"
    return _rows(side, ~again.to_numpy(), [text])
