"""Clock times of a file that has an hour twice, because clocks were set back, in standard time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

# One region for each rule by which clocks are changed; only the rule counts, not the distance from UTC.
REGIONS = (
    "America/New_York", "Europe/Berlin", "Europe/London", "Europe/Athens", "Australia/Sydney",
    "Pacific/Auckland", "America/Santiago", "America/Sao_Paulo", "Asia/Jerusalem", "Africa/Cairo",
)  # fmt: skip


def standard_time(dates: pd.Series[Any], symbols: pd.Series[Any]) -> tuple[pd.Series[Any], str] | None:
    """Return naive dates in standard time, and the region whose clocks repeat an hour as the dates do.

    In summer they are an hour behind the clock; so no two bars have the same date. None when no date comes
    twice, or when no region explains it.
    """
    twice = pd.DataFrame({"symbol": symbols, "date": dates}).duplicated().to_numpy()
    if not twice.any() or (dates[twice] == dates[twice].dt.normalize()).any():
        return None
    for name in REGIONS:
        read = [_read(part, ZoneInfo(name)) for _, part in dates.groupby(symbols.to_numpy(), sort=False)]
        if all(part is not None for part in read):
            return pd.concat(read).loc[dates.index], name
    return None


def _read(dates: pd.Series[Any], zone: ZoneInfo) -> pd.Series[Any] | None:
    """Return the dates of one symbol in the standard time of a region, or None when it does not fit."""
    rising = dates if dates.iloc[-1] >= dates.iloc[0] else dates[::-1]
    try:
        known = rising.dt.tz_localize(zone, ambiguous="infer", nonexistent="raise")
    except ValueError:
        return None
    moments = known.dt.tz_convert("UTC").dt.tz_localize(None)
    return (moments + _standard_offset(zone)).loc[dates.index] if moments.is_unique else None


def _standard_offset(zone: ZoneInfo) -> dt.timedelta:
    """Return the distance from UTC in winter: the lesser of those of January and July."""
    offsets = (dt.datetime(2020, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(offset for offset in offsets if offset is not None)
