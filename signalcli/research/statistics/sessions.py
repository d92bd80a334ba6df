"""Days on which bars are missing, or stand although there is no session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import AUTO, NONE, usual_weekdays
from signalcli.data.quality.dates import spacing
from signalcli.data.quality.sessions import sessions as sessions_of
from signalcli.research.statistics.history import History
from signalcli.research.statistics.number import UNKNOWN, Number

LONGEST = np.timedelta64(30, "h")  # bars of a week have no sessions that could be missing


def missing_sessions(history: History, calendar: str) -> Iterator[Number]:
    """Missing and extra sessions beside a calendar, or beside the bars' own week with its holidays."""
    found = sessions_of(history.bars, replace(QualityConfig(calendar=calendar), longest_closure=0))
    expected = "the weekdays these bars usually have; holidays too" if calendar == AUTO else calendar
    known = _expects(history, calendar)
    for name, check, of, meaning in (
        ("missing", "gap", sum, f"sessions without a bar; expected are {expected}"),
        ("longest_gap", "gap", max, "most missing sessions in a row"),
        ("extra", "extra_session", sum, "bars on days that have no session as a rule"),
        ("holes", "hole", sum, "intraday bars missing between two others of a day"),
    ):
        values = [f.value for f in found if f.check == check]
        yield Number(name, float(of([0.0, *values])) if known else UNKNOWN, meaning)


def _expects(history: History, calendar: str) -> bool:
    """Whether there is a calendar, or enough weeks to read a habit of."""
    if calendar == NONE or spacing(history.bars) > LONGEST:
        return False
    days = history.bars["date"].dt.normalize()
    return calendar != AUTO or bool(usual_weekdays(days, QualityConfig()))
