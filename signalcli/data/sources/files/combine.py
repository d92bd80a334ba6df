"""Raw bars of several files → one table."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from signalcli.config.fetch import Adjust
from signalcli.data.bars import PLACE
from signalcli.data.interval import infer_interval
from signalcli.errors import DataError, UsageError, printable, shortened


class Table(NamedTuple):
    """Raw rows of one file, with its name in messages; the index is the line number."""

    where: str
    rows: pd.DataFrame


def combine(tables: list[Table], adjust: Adjust) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of all tables, each labeled with its place, and lines about what does not fit together.

    Where only some files have an adjusted close or splits, the prices of the others are taken as they stand.
    Raises DataError when the bars of one symbol have different intervals, and UsageError when the splits
    of some files are not known.
    """
    notes = _interval_notes(tables)
    columns = {name for table in tables for name in ("adj_close", "split") if name in table.rows}
    lacking = {name: [t.where for t in tables if name not in t.rows] for name in sorted(columns)}
    if adjust == "split":
        _refuse_unknown_splits(tables, columns)
    elif adjust == "total" and lacking.get("adj_close"):
        notes.append(
            f"no adjusted close in {shortened(lacking['adj_close'])}: prices as they stand, others adjusted"
        )
    frames = [_labeled(_completed(table.rows, columns), table.where) for table in tables]
    return pd.concat(frames), notes


def _completed(rows: pd.DataFrame, columns: set[str]) -> pd.DataFrame:
    """Return the rows with the columns of an adjustment that others have: no dividend, no split."""
    neutral = {"adj_close": rows["close"], "split": 1.0}
    return rows.assign(**{name: neutral[name] for name in columns if name not in rows})


def _labeled(rows: pd.DataFrame, where: str) -> pd.DataFrame:
    lines = pd.Series(rows.index).astype("str")
    return rows.set_axis(pd.Index(f"{where}:" + lines, name=PLACE))


def _refuse_unknown_splits(tables: list[Table], columns: set[str]) -> None:
    unknown = [t.where for t in tables if "adj_close" in t.rows and "split" not in t.rows]
    if unknown and "split" in columns:
        text = f"{shortened(unknown)}: an adjusted close and no split column, which others have"
        raise UsageError("ADJUST-SPLIT", f"{text}; use --adjust total or raw")


def _interval_notes(tables: list[Table]) -> list[str]:
    """Return a line when the intervals of symbols differ. Raises DataError when those of one symbol do."""
    by_symbol: dict[str, dict[str, str]] = {}
    for table in tables:
        for symbol, rows in table.rows.groupby("symbol", sort=False):
            interval = infer_interval([rows["date"].drop_duplicates().sort_values().to_numpy()])
            if interval is not None:
                by_symbol.setdefault(str(symbol), {}).setdefault(interval, table.where)
    for symbol, places in by_symbol.items():
        if len(places) > 1:
            text = f"{printable(symbol)}: bars of different intervals ({_listed(places)})"
            raise DataError("DATA-INTERVAL", f"{text}; read them one interval at a time")
    examples: dict[str, str] = {}
    for places in by_symbol.values():
        for interval, where in places.items():
            examples.setdefault(interval, where)
    return [f"symbols of different intervals: {_listed(examples)}"] if len(examples) > 1 else []


def _listed(places: dict[str, str]) -> str:
    return shortened([f"{interval} in {where}" for interval, where in places.items()])
