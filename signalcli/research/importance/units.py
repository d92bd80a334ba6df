"""What is measured together: single features, channels with all their lags, lags, feature sets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from signalcli.errors import DataError, UsageError, nearest, printable
from signalcli.features.named import sets_by_name
from signalcli.models.entry import Reads
from signalcli.models.inputs import select_inputs
from signalcli.models.registry import entry

LAG = re.compile(r"^(?P<channel>.+)_lag(?P<lag>\d+)$")
COPY = "~copy"  # in the names of shuffled copies, behind the channel
OTHER = "other"  # set of a column that no feature set has


class Unit(NamedTuple):
    """Columns that are measured together."""

    level: str
    name: str
    columns: tuple[str, ...]


def make_units(columns: Sequence[str], levels: Sequence[str]) -> list[Unit]:
    """Units of these columns, level by level; a level without a unit has none."""
    return [unit for level in levels for unit in _of_level(columns, level)]


def dropped_units(columns: Sequence[str], patterns: Sequence[str]) -> list[Unit]:
    """A unit a pattern of ``--drop``. Raises UsageError for a pattern that matches nothing."""
    units = []
    for pattern in patterns:
        matching = tuple(c for c in columns if c == pattern or fnmatchcase(c, pattern))
        if not matching:
            near = printable(nearest(pattern, columns))
            raise UsageError(
                "FEATURES-NAME", f"--drop {printable(pattern)}: no such feature; did you mean {near}?"
            )
        units.append(Unit("drop", pattern, matching))
    return units


def dropped_from(model: str, columns: Sequence[str], patterns: Sequence[str]) -> list[Unit]:
    """Units of ``--drop`` for a model: those columns that it reads and can be fitted without."""
    reads = entry(model).reads
    real = set(select_inputs(list(columns), reads).columns)
    units = [
        u._replace(columns=tuple(c for c in u.columns if c in real)) for u in dropped_units(columns, patterns)
    ]
    return [u for u in units if u.columns and _is_readable([c for c in columns if c not in u.columns], reads)]


def _is_readable(columns: list[str], reads: Reads) -> bool:
    """Whether a model finds inputs among these columns."""
    try:
        return bool(select_inputs(columns, reads).columns)
    except DataError:
        return False


def channel_of(column: str) -> str:
    """The channel of a lagged column; the name itself of any other."""
    match = LAG.match(column)
    return match["channel"] if match else column


def copy_of(column: str) -> str:
    """Name of the shuffled copy of a column; that of a lag is a lag of another channel."""
    match = LAG.match(column)
    return f"{match['channel']}{COPY}_lag{match['lag']}" if match else f"{column}{COPY}"


def _of_level(columns: Sequence[str], level: str) -> list[Unit]:
    names = _names(columns, level)
    members: dict[str, list[str]] = {}
    for column, name in names.items():
        members.setdefault(name, []).append(column)
    return [Unit(level, name, tuple(found)) for name, found in members.items()]


def _names(columns: Sequence[str], level: str) -> dict[str, str]:
    """Name of the unit of each column; without columns that the level does not know."""
    if level == "channel":
        return {c: channel_of(c) for c in columns}
    if level == "lag":
        return {c: f"lag{match['lag']}" for c in columns if (match := LAG.match(c))}
    if level == "set":
        known = sets_by_name(columns)
        return {c: known.get(c, OTHER) for c in columns}
    return {c: c for c in columns}
