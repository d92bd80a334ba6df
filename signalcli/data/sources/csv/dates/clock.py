"""A date and a clock time in two columns as one text."""

from __future__ import annotations

from typing import Any

import pandas as pd

_CLOCK = r"\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?.*|\d{1,6}"


def join_time(dates: pd.Series[Any], times: pd.Series[Any]) -> pd.Series[Any] | None:
    """Return texts of date and time, or None when the dates have a time or the times are no clock times.

    Times may be ``9:30``, ``9``, ``0930``, ``930`` and ``93000``; the longest says if there are minutes
    and seconds.
    """
    clocks = times.str.strip()
    if dates.str.contains(":", regex=False).any() or not clocks.str.fullmatch(_CLOCK).all():
        return None
    if clocks.str.isdigit().all():
        longest = clocks.str.len().max()
        hours = clocks.str.zfill(2) + "00"
        clocks = hours if longest <= 2 else clocks.str.zfill(4 if longest <= 4 else 6)
    return dates.str.strip() + " " + clocks
