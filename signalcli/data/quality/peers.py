"""Check for sessions that a symbol lacks and other symbols of the same file have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import AUTO
from signalcli.data.quality.dates import spacing
from signalcli.data.quality.findings import Finding, make_finding, stretches

_FEWEST_DAYS = 20  # days in common from which two symbols are compared
_MISSING = 0.05  # share of its days that a symbol may lack and still have the calendar of another
_OWN = 0.005  # share of its days that the other may lack: with more, it keeps other holidays
_DAY = np.timedelta64(30, "h")  # longer bars have no sessions


def missing_beside_others(table: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find days on which most symbols with the same calendar have a bar and this one has none.

    With a calendar the missing sessions are found without other symbols. Long gaps are found by weekdays.
    """
    if config.calendar != AUTO or table["symbol"].nunique() < 2:
        return []
    by_symbol = {str(s): rows for s, rows in table.groupby("symbol") if spacing(rows) <= _DAY}
    days = {symbol: np.unique(rows["date"].to_numpy("datetime64[D]")) for symbol, rows in by_symbol.items()}
    every = np.unique(np.concatenate([*days.values(), np.zeros(0, "datetime64[D]")]))
    traded = {symbol: np.isin(every, own) for symbol, own in days.items()}
    return [
        finding
        for symbol, rows in by_symbol.items()
        for finding in _of_symbol(rows, every, symbol, traded, config)
    ]


def _of_symbol(
    rows: pd.DataFrame, every: np.ndarray, symbol: str, traded: dict[str, np.ndarray], config: QualityConfig
) -> list[Finding]:
    own = traded[symbol]
    peers = [other for name, other in traded.items() if name != symbol and _same_calendar(own, other)]
    if not peers:
        return []
    missing = _inside(own) & ~own & (np.mean(peers, axis=0) > 0.5)
    findings = []
    for stretch in stretches(missing):
        absent = every[stretch]
        if len(absent) <= config.longest_closure:
            findings.append(_finding(rows, absent))
    return findings


def _same_calendar(own: np.ndarray, other: np.ndarray) -> bool:
    """Return whether another symbol trades on the same days, but for a few that the first one lacks."""
    both = _inside(own) & _inside(other)
    mine, theirs = own[both], other[both]
    shared = np.count_nonzero(mine & theirs)
    lacks, more = np.count_nonzero(theirs & ~mine), np.count_nonzero(mine & ~theirs)
    return bool(
        shared >= _FEWEST_DAYS
        and lacks <= max(_MISSING * (shared + lacks), 1)
        and more <= max(_OWN * (shared + more), 1)
    )


def _inside(traded: np.ndarray) -> np.ndarray:
    """Return which days are between the first and the last of a symbol."""
    at = np.flatnonzero(traded)
    inside = np.zeros(len(traded), bool)
    inside[at[0] : at[-1] + 1] = True
    return inside


def _finding(rows: pd.DataFrame, absent: np.ndarray) -> Finding:
    """The finding of adjacent days without a bar; its line is that of the bar before."""
    before = rows.iloc[[int(np.searchsorted(rows["date"].to_numpy("datetime64[D]"), absent[0])) - 1]]
    span = f"{absent[0]}" + (f" … {absent[-1]}" if len(absent) > 1 else "")
    text = f"no bars on {len(absent)} day{'s' if len(absent) > 1 else ''} after it that others have ({span})"
    finding = make_finding(before, "gap", "error", len(absent), text)
    return finding._replace(date=pd.Timestamp(absent[0]))
