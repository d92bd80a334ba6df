"""Missing bars by trading sessions, and bars outside of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import nan

import numpy as np

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import AUTO, NONE, usual_weekdays
from signalcli.data.quality.dates import spacing
from signalcli.data.quality.sessions import session_faults
from signalcli.research.statistics.price_series import PriceSeries
from signalcli.research.statistics.statistic import Statistic

MAX_SPACING = np.timedelta64(30, "h")  # of daily bars; weekly bars have no sessions that could be missing


def count_missing_sessions(series: PriceSeries, calendar: str) -> Iterator[Statistic]:
    """Missing and extra sessions against a calendar, or against the usual weekdays of the bars (``auto``).

    With ``auto`` holidays count as missing.
    """
    faults = session_faults(series.bars, replace(QualityConfig(calendar=calendar), longest_closure=0))
    expected = "the usual weekdays of these bars; holidays too" if calendar == AUTO else calendar
    has_sessions = _has_expected_sessions(series, calendar)
    for name, check, aggregate, meaning in (
        ("missing", "gap", sum, f"sessions without a bar; expected are {expected}"),
        ("longest_gap", "gap", max, "largest number of missing sessions in a row"),
        ("extra", "extra_session", sum, "bars on days without a regular session"),
        ("holes", "hole", sum, "intraday bars missing between two bars of a day"),
    ):
        values = [fault.value for fault in faults if fault.check == check]
        yield Statistic(name, float(aggregate([0.0, *values])) if has_sessions else nan, meaning)


def _has_expected_sessions(series: PriceSeries, calendar: str) -> bool:
    """Whether there is a calendar, or enough weeks to infer the usual weekdays."""
    if calendar == NONE or spacing(series.bars) > MAX_SPACING:
        return False
    days = series.bars["date"].dt.normalize()
    return calendar != AUTO or bool(usual_weekdays(days, QualityConfig()))
