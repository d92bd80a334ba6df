"""Which bars of a source are finished, when its trading hours are not known."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from signalcli.errors import UsageError, printable

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months"}
LONG = {"d", "wk", "mo"}  # units of intervals whose dates are days


def split_interval(interval: str) -> tuple[int, str]:
    """Return number and unit of an interval such as ``5m`` or ``1wk``. Raises UsageError."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})(m|h|d|wk|mo)", interval)
    if not match:
        text = f"--interval {printable(interval)}: must be an interval such as 5m, 1h, 1d, 1wk or 1mo"
        raise UsageError("OPTION-VALUE", text)
    return int(match[1]), match[2]


def is_finished(dates: pd.Series[pd.Timestamp], interval: str, now: dt.datetime) -> pd.Series[bool]:
    """Return whether each bar is over at ``now`` (with a time zone): its last day or moment in UTC.

    A day in America is over some hours later than its close, one in Asia later still; none is too early.
    """
    number, unit = split_interval(interval)
    ends = dates + pd.DateOffset(**{_UNITS[unit]: number})
    return ends <= pd.Timestamp(now).tz_convert("UTC").tz_localize(None)
