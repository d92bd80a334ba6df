"""Labels of an axis of time: as many round dates as fit."""

from __future__ import annotations

import numpy as np

# Units of datetime64 with the steps between two labels, from fine to coarse.
STEPS = (
    *(("m", step) for step in (1, 5, 15, 30)),
    *(("h", step) for step in (1, 3, 6, 12)),
    *(("D", step) for step in (1, 2, 7, 14)),
    *(("M", step) for step in (1, 2, 3, 6)),
    *(("Y", step) for step in (1, 2, 5, 10, 20, 50, 100, 1000)),
)
LONGEST = {"m": 60, "h": 3600, "D": 86_400, "M": 31 * 86_400, "Y": 366 * 86_400}  # seconds
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_labels(first: np.datetime64, last: np.datetime64, most: int) -> tuple[np.ndarray, list[str]]:
    """Round dates from ``first`` to ``last``, at most ``most``, with their labels.

    The finest step that fits is taken. The coarsest part of a date stands where it changes: the year in
    January, the day at midnight; the first label names it too.
    """
    seconds = (last - first) / np.timedelta64(1, "s")
    for unit, step in STEPS:
        if seconds > (most + 1) * step * LONGEST[unit]:
            continue  # too fine by far
        ticks = _ticks(first, last, unit, step)
        if len(ticks) <= most:
            break
    return ticks.astype("datetime64[us]"), [_label(t, unit, first=k == 0) for k, t in enumerate(ticks)]


def _ticks(first: np.datetime64, last: np.datetime64, unit: str, step: int) -> np.ndarray:
    """Multiples of the step, such as even years, within the span."""
    start, end = (int(d.astype(f"datetime64[{unit}]").astype("int64")) for d in (first, last))
    origin = 1970 if unit == "Y" else 0
    numbers = np.arange(start, end + 1)
    ticks = numbers[(numbers + origin) % step == 0].astype(f"datetime64[{unit}]")
    return ticks[ticks >= first]


def _label(tick: np.datetime64, unit: str, *, first: bool) -> str:
    year, month, day = str(tick.astype("datetime64[D]")).rsplit("-", 2)
    if unit == "Y":
        return year
    if unit == "M":
        name = MONTHS[int(month) - 1]
        return year if month == "01" else f"{name} {year}" if first else name
    date = f"{int(day)} {MONTHS[int(month) - 1]}"
    time = str(tick.astype("datetime64[m]"))[-5:]
    return date if unit == "D" or first or time == "00:00" else time
