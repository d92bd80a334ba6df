"""Findings of the checks; adjacent bars with the same fault give one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from signalcli.data.bars import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator

Severity = Literal["error", "warning"]


class Finding(NamedTuple):
    """A fault of one or more adjacent bars.

    ``date`` is that of the first bar, ``value`` the size of the fault: number of bars, factor, or hours, as
    ``message`` says. A message has no comma, so that the table needs no quotes in CSV.
    """

    symbol: str
    date: pd.Timestamp
    check: str
    severity: Severity
    value: float
    message: str


def stretches(mask: np.ndarray) -> Iterator[slice]:
    """Yield the slice of each stretch of adjacent true values of a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(begin), int(end))


def stretch_findings(
    rows: pd.DataFrame, mask: np.ndarray, check: str, severity: Severity, what: str, least: int = 1
) -> list[Finding]:
    """Return one finding for each stretch of at least ``least`` true values of a mask."""
    return [
        make_finding(rows.iloc[part], check, severity, part.stop - part.start, what)
        for part in stretches(mask)
        if part.stop - part.start >= least
    ]


def make_finding(rows: pd.DataFrame, check: str, severity: Severity, value: float, what: str) -> Finding:
    """Return a finding about adjacent rows; its message begins with their lines."""
    first, last = rows.index[0], rows.index[-1]
    if rows.index.name == PLACE:
        place = f"{first}" if len(rows) == 1 else f"{first} to {last} ({len(rows)} bars)"
    else:
        place = f"line {first}" if len(rows) == 1 else f"lines {first} to {last} ({len(rows)} bars)"
    return Finding(
        rows["symbol"].iloc[0], rows["date"].iloc[0], check, severity, float(value), f"{place}: {what}"
    )
