"""Check for a last bar that is older than expected."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signalcli.config.quality import QualityConfig
from signalcli.data.calendars import sessions_between
from signalcli.data.quality.dates import spacing
from signalcli.data.quality.findings import Finding, make_finding

_LONGER_THAN_A_DAY = np.timedelta64(30, "h")


def staleness(rows: pd.DataFrame, config: QualityConfig) -> list[Finding]:
    """Find a last bar that more than ``config.stale_sessions`` sessions should have followed by ``as_of``.

    The session of ``as_of`` itself does not count, because it may not be over.
    """
    if config.as_of is None:
        return []
    missing, what = _count_missing(rows, config, pd.Timestamp(config.as_of))
    if missing <= config.stale_sessions:
        return []
    text = f"it is the last bar and {missing} {what} passed until {config.as_of}"
    return [make_finding(rows.iloc[[-1]], "stale", "error", missing, text)]


def _count_missing(rows: pd.DataFrame, config: QualityConfig, as_of: pd.Timestamp) -> tuple[int, str]:
    """Return how many bars should have followed the last one, and their name in messages."""
    step = spacing(rows)
    if step <= _LONGER_THAN_A_DAY:
        return len(sessions_between(rows, config, as_of)), "sessions"
    # A week or month ends one step after its date; only then the next one begins.
    return int((as_of - rows["date"].iloc[-1]) / step) - 1, "bars"
