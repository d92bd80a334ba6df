"""Position of a bar in its session, which starts with the first bar of a UTC date; 0 for daily bars."""

from __future__ import annotations

import numpy as np

from signalcli.features.feature import Feature
from signalcli.features.timeseries.panel import Panel

LONGEST = 1440  # one-minute bars of a day


def first_of_session(panel: Panel) -> np.ndarray:
    """Row of the first bar of each bar's date."""
    days = panel["date"].astype("datetime64[D]")
    new = np.ones(days.shape, bool)
    new[1:] = days[1:] != days[:-1]
    return np.maximum.accumulate(np.where(new, _row_numbers(days), 0), axis=0)


def session_position(panel: Panel) -> np.ndarray:
    """Bars since the start of the session."""
    first = first_of_session(panel)
    return (_row_numbers(first) - first).astype("float64")


def minute_of_session(panel: Panel) -> np.ndarray:
    """Minutes since the first bar of the session."""
    start = np.take_along_axis(panel["date"], first_of_session(panel), axis=0)
    return (panel["date"] - start) / np.timedelta64(1, "m")


def _row_numbers(x: np.ndarray) -> np.ndarray:
    """0, 1, 2, … along the first axis."""
    return np.arange(len(x)).reshape(-1, *[1] * (x.ndim - 1))


def session_features() -> list[Feature]:
    """``session_position`` and ``minute_of_session``."""
    return [
        Feature(
            name="session_position",
            make=session_position,
            look_back=LONGEST,
            formula="bars since the first bar of its UTC date",
            unit="bars",
        ),
        Feature(
            name="minute_of_session",
            make=minute_of_session,
            look_back=LONGEST,
            formula="minutes since the first bar of its UTC date",
            unit="min",
        ),
    ]
