"""Which bars make up each new bar, and whether its interval is finished."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.data.resample.intervals import Interval
from signalcli.data.resample.sessions import Sessions


class Groups(NamedTuple):
    """New bars, by symbol and time.

    Parameters
    ----------
    first, last : ndarray of int
        Places of the first and the last bar of each.
    starts : ndarray of datetime64[us]
        Start of each interval: a day, or a moment in UTC.
    finished : ndarray of bool
        Whether no further bar can belong to it.
    """

    first: np.ndarray
    last: np.ndarray
    starts: np.ndarray
    finished: np.ndarray


def make_groups(
    bars: pd.DataFrame, sessions: Sessions, target: Interval, length: np.timedelta64 | None
) -> Groups:
    """Return the groups of sorted bars that all lie in sessions.

    An interval is finished when a later bar of the symbol lies behind it, or when its last bar ends it:
    ``length`` is that of a bar, None when it is not known.
    """
    symbols = pd.factorize(bars["symbol"])[0]
    dates = bars["date"].to_numpy("datetime64[us]")
    starts = _starts(dates, sessions, target)
    changes = (np.diff(symbols) != 0) | (np.diff(starts) != np.timedelta64(0))
    first = np.concatenate([[0], np.flatnonzero(changes) + 1])
    last = np.concatenate([first[1:], [len(bars)]]) - 1
    newest = np.concatenate([np.diff(symbols[first]) != 0, [True]])
    ends = _ends_interval(dates, sessions, starts, target, length)
    return Groups(first, last, starts[first], ~newest | ends[last])


def _starts(dates: np.ndarray, sessions: Sessions, target: Interval) -> np.ndarray:
    if not target.intraday:
        return target.floor_days(sessions.days).astype("datetime64[us]")
    step = np.timedelta64(target.seconds, "s")
    return sessions.opens + (dates - sessions.opens) // step * step


def _ends_interval(
    dates: np.ndarray,
    sessions: Sessions,
    starts: np.ndarray,
    target: Interval,
    length: np.timedelta64 | None,
) -> np.ndarray:
    """Return whether each bar is the last that can belong to its interval."""
    if length is None:
        return np.zeros(len(dates), dtype=bool)
    if target.intraday:
        ends = np.minimum(starts + np.timedelta64(target.seconds, "s"), sessions.closes)
        return dates + length >= ends
    whole_days = length >= np.timedelta64(1, "D")
    ends_session = np.ones(len(dates), bool) if whole_days else dates + length >= sessions.closes
    return ends_session & (target.floor_days(sessions.following).astype("datetime64[us]") > starts)
