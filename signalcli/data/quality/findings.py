"""One fault of some bars, and how neighbouring faults are said as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Severity = Literal["error", "warning"]


class Finding(NamedTuple):
    """A fault that begins at a date.

    ``value`` is its size: a number of bars, a factor, or hours, as ``message`` says. There is no comma in a
    message, so that the table is plain CSV.
    """

    symbol: str
    date: pd.Timestamp
    check: str
    severity: Severity
    value: float
    message: str


def runs(mask: np.ndarray) -> Iterator[slice]:
    """Stretches of a mask that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(begin), int(end))


def run_findings(
    rows: pd.DataFrame, mask: np.ndarray, check: str, severity: Severity, what: str, least: int = 1
) -> list[Finding]:
    """One finding a stretch of at least ``least`` bars."""
    return [
        finding(rows.iloc[run], check, severity, run.stop - run.start, what)
        for run in runs(mask)
        if run.stop - run.start >= least
    ]


def finding(rows: pd.DataFrame, check: str, severity: Severity, value: float, what: str) -> Finding:
    """Finding about one or several rows in a row, with their lines."""
    first, last = rows.index[0], rows.index[-1]
    place = f"line {first}" if len(rows) == 1 else f"lines {first} to {last} ({len(rows)} bars)"
    return Finding(
        rows["symbol"].iloc[0], rows["date"].iloc[0], check, severity, float(value), f"{place}: {what}"
    )
