"""Columns that come with the bars: one with numbers is a feature only when it is named."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import pandas as pd

from signalcli.config.features import ALL_EXTRA, FeatureConfig
from signalcli.errors import UsageError, count, nearest, printable, shortened, typed
from signalcli.features.catalogue import select_features
from signalcli.io.csv import MISSING_VALUES
from signalcli.schemas import BARS, FEATURES, MEMBER, RESERVED

EXTRA = "--extra"
DENSE = 0.5  # share of the rows that must know a feature which is not named


class Extra(NamedTuple):
    """What becomes of the columns beside those of BARS.

    Parameters
    ----------
    bars : DataFrame
        BARS, the columns of text, and the chosen ones as floats.
    numbers : dict of str to Series
        Every column of numbers beside those of BARS.
    kept : list of str
        Chosen columns that few rows know.
    not_named, sparse, taken : list of str
        Columns of numbers that are left out: not named; not named and known in few rows, with ``all``; of a
        name that another table has.
    """

    bars: pd.DataFrame
    numbers: dict[str, pd.Series[float]]
    kept: list[str]
    not_named: list[str]
    sparse: list[str]
    taken: list[str]


def choose_extra(bars: pd.DataFrame, config: FeatureConfig) -> Extra:
    """Choose the features among the columns of a table of bars.

    A column gives way to a computed one of the same name. Text that reads as numbers in CSV counts as
    numbers, so that the choice is the same before and after a table was written. Raises UsageError for a name
    that no column has or that is taken, and for one of text.
    """
    computed = {f.name for f in select_features(config)} | set(FEATURES.columns) | set(FEATURES.optional)
    beside = [c for c in bars if c not in computed]
    numbers = {c: column for c in beside if (column := _to_numbers(bars[c])) is not None}
    named = [name for name in config.extra if name != ALL_EXTRA]
    for name in named:
        _check_name(name, bars, numbers)
    free = [c for c in numbers if c not in RESERVED]
    few = [c for c in free if numbers[c].notna().mean() < DENSE]
    chosen = [c for c in free if c in named or (ALL_EXTRA in config.extra and c not in few)]
    left = [c for c in free if c not in chosen]
    text = [c for c in beside if c not in numbers]
    return Extra(
        bars[
            [*BARS.columns, *(c for c in bars if c == MEMBER or (c in beside and (c in text or c in chosen)))]
        ].assign(**{c: numbers[c] for c in chosen}),
        numbers,
        [c for c in chosen if c in few],
        *(([], left) if ALL_EXTRA in config.extra else (left, [])),
        [c for c in numbers if c in RESERVED],
    )


def _check_name(name: str, bars: pd.DataFrame, numbers: Collection[str]) -> None:
    """Raise UsageError unless a column of numbers has this name, and no table of signalcli another."""
    shown = f"{EXTRA} {printable(name)}"
    if name in numbers and name not in RESERVED:
        return
    if name in bars and name not in numbers and name not in RESERVED:
        example = bars[name].dropna().astype("str")
        cell = f" such as '{printable(example.iloc[0][:40])}'" if len(example) else ""
        raise UsageError("EXTRA-TEXT", f"{shown}: holds text{cell}; a feature is a number")
    if name in bars:
        raise UsageError("EXTRA-TAKEN", f"{shown}: signalcli has a column of this name; rename it")
    free = [c for c in numbers if c not in RESERVED]
    hint = f"did you mean {printable(nearest(name, free))}?" if free else "the bars have no further column"
    raise UsageError("EXTRA-UNKNOWN", f"{shown}: no such column beside the bars; {hint}")


def _to_numbers(column: pd.Series[Any]) -> pd.Series[float] | None:
    """A column as floats, NaN where it is empty; None where a cell is no number."""
    import pyarrow as pa

    if column.dtype.kind in "fiu":
        return column.astype("float64")
    if not pd.api.types.is_string_dtype(column.dtype):
        return None
    cells = column.str.strip()
    try:
        values = pa.array(cells.mask(cells.isin(MISSING_VALUES)), pa.large_string(), from_pandas=True)
        return pd.Series(values.cast(pa.float64()).to_numpy(False), column.index, dtype="float64")
    except pa.ArrowInvalid:
        return None


def extra_lines(bars: pd.DataFrame, config: FeatureConfig) -> list[str]:
    """One line for each kind of columns that are left out; none without one."""
    extra = choose_extra(bars, config)
    return [
        *_line(
            extra.not_named,
            "that came with the bars",
            f"{EXTRA} {typed(extra.not_named)} makes them features",
        ),
        *_line(
            extra.sparse,
            f"known in less than half of {len(bars):,} rows",
            f"{EXTRA} {typed([ALL_EXTRA, *extra.sparse])} keeps them",
        ),
        *_line(extra.taken, "of a name that signalcli uses", _rename(len(extra.taken))),
    ]


def _rename(count: int) -> str:
    return "rename it to use it" if count == 1 else "rename them to use them"


def _line(names: list[str], what: str, cure: str) -> list[str]:
    """One line that counts and names columns that are left out; none without one."""
    if not names:
        return []
    return [f"left out: {count(len(names), 'column')} {what} ({shortened(names)}); {cure}"]
