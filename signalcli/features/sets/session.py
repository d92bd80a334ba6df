"""Where a bar stands in its session, which begins with the first bar of a UTC date; 0 for daily bars."""

from __future__ import annotations

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.timeseries.panel import Panel

LONGEST = 1440  # bars of a minute in a day


def first_of_session(panel: Panel) -> np.ndarray:
    """Row of the first bar of each bar's date."""
    days = panel["date"].astype("datetime64[D]")
    new = np.ones(days.shape, bool)
    new[1:] = days[1:] != days[:-1]
    rows = np.arange(len(days)).reshape(-1, *[1] * (days.ndim - 1))
    return np.maximum.accumulate(np.where(new, rows, 0), axis=0)


def session_position(panel: Panel) -> np.ndarray:
    """Bars since the session began."""
    first = first_of_session(panel)
    return (np.arange(len(first)).reshape(-1, *[1] * (first.ndim - 1)) - first).astype("float64")


def minute_of_session(panel: Panel) -> np.ndarray:
    """Minutes since the session's first bar."""
    began = np.take_along_axis(panel["date"], first_of_session(panel), axis=0)
    return (panel["date"] - began) / np.timedelta64(1, "m")


def session() -> list[Feature]:
    """``session_position`` and ``minute_of_session``."""
    return [
        Feature(
            "session_position", session_position, LONGEST, "bars since the first bar of its UTC date", "bars"
        ),
        Feature(
            "minute_of_session",
            minute_of_session,
            LONGEST,
            "minutes since the first bar of its UTC date",
            "min",
        ),
    ]
