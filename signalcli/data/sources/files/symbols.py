"""Names of series whose files have no symbol column."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pandas as pd

from signalcli.errors import count, printable
from signalcli.io.files import STDIO

# Endings of packed files; what remains has the ending of its own kind, or none.
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_PIPES = ("/dev/", "/proc/")  # a name there is a number of the shell
# A year, a month or a day at the end of a name or between two parts of it.
_DAY = r"(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?"
_MONTH = rf"(?:[-_.]?(?:0[1-9]|1[0-2]|[Qq][1-4]){_DAY})?"
_DATE = re.compile(rf"[-_. ]*(?<!\d)(?:19|20)\d{{2}}{_MONTH}(?!\d)")


class Series(NamedTuple):
    """A table without a symbol column: its file, its own name in an archive, and its rows."""

    source: str
    inner: str | None
    rows: pd.DataFrame


def stem(source: str, inner: str | None = None) -> str:
    """Return the name of a file without its endings: IBM for ``IBM.csv.gz``; that of a pipe is bars."""
    if inner is not None:
        return PurePosixPath(inner).stem if "/" in inner or "." in inner else inner
    if source == STDIO or source.startswith(_PIPES):
        return "bars"
    name = Path(source).name
    ending = next((e for e in _PACKED if name.lower().endswith(e)), "")
    bare = name[: len(name) - len(ending)] or name
    return Path(bare).stem


def name_series(series: list[Series]) -> tuple[list[str], list[str]]:
    """Return the symbol of each series, and a line for each symbol made of several files.

    Files whose names differ only in dates, and whose bars follow each other, are parts of one symbol:
    ``BTCUSDT-2024-01.csv`` and ``BTCUSDT-2024-02.csv``.
    """
    names = [stem(one.source, one.inner) for one in series]
    groups: dict[str, list[int]] = {}
    for number, (name, one) in enumerate(zip(names, series, strict=True)):
        groups.setdefault(_DATE.sub("", name).strip("-_. ") or _outer(one), []).append(number)
    notes = []
    for common, members in groups.items():
        if len(members) > 1 and common and _are_parts([series[i].rows for i in members]):
            first, last = (printable(names[i]) for i in (members[0], members[-1]))
            text = f"{count(len(members), 'file')} ({first} … {last}) are one symbol, {printable(common)}"
            notes.append(f"{text}: their names differ in dates only")
            for i in members:
                names[i] = common
    return names, notes


def _outer(one: Series) -> str:
    """Return the name of the archive or folder of a file."""
    if one.inner is not None:
        return stem(one.source)
    return "" if one.source == STDIO else Path(one.source).resolve().parent.name


def _are_parts(tables: list[pd.DataFrame]) -> bool:
    """Whether the dates of the tables follow each other; the last of one may be the first of the next."""
    spans = sorted((rows["date"].min(), rows["date"].max()) for rows in tables)
    return all(before[1] <= after[0] for before, after in pairwise(spans))
