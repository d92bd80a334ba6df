"""A last bar that is older than it should be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import sessions_between
from signalcli.data.quality.dates import spacing
from signalcli.data.quality.findings import Finding, finding

_LONGER_THAN_A_DAY = np.timedelta64(30, "h")


def staleness(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """A last bar long before the day on which the bars should be up to date.

    Days without a session do not make a bar old; the session of that day itself may not be over.
    """
    if config.as_of is None:
        return []
    missing, what = _missing(rows, config, pd.Timestamp(config.as_of))
    if missing <= config.stale_sessions:
        return []
    text = f"it is the last bar and {missing} {what} passed until {config.as_of}"
    return [finding(rows.iloc[[-1]], "stale", "error", missing, text)]


def _missing(rows: pd.DataFrame, config: QualityConfig, as_of: pd.Timestamp) -> tuple[int, str]:
    """How many bars should have followed, and what they are called."""
    step = spacing(rows)
    if step <= _LONGER_THAN_A_DAY:
        return len(sessions_between(rows, config, as_of)), "sessions"
    # A week or month is over one step after its date: only then the next one begins.
    return int((as_of - rows["date"].iloc[-1]) / step) - 1, "bars"
