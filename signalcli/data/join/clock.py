"""When the rows of a symbol and the releases beside them are known, on one clock."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from signalcli.data.closes import CloseTime
from signalcli.data.join.releases import Releases

_DAY, _NEXT = np.timedelta64(1, "D"), np.timedelta64(1, "us")


class Clock(NamedTuple):
    """Clock of the bars of one symbol.

    A daily row is known at its close where ``close`` tells it. Any other row sees what was released up to its
    date: of a day the earliest close is not known, of an hour it is not known whether its bar was cut short.
    A release without a time counts from the next day on.

    Parameters
    ----------
    daily : bool
        Whether the dates are days.
    close : CloseTime or None
        Close of a day.
    zone : ZoneInfo
        Zone of the days of releases, for intraday bars.
    """

    daily: bool
    close: CloseTime | None
    zone: ZoneInfo

    def known(self, dates: np.ndarray) -> np.ndarray:
        """Return the moment up to which each row sees releases, as datetime64[us]."""
        return dates if self.close is None else self.close.at(dates)

    def keys(self, releases: Releases) -> np.ndarray:
        """Return the first moment of a row that sees each release."""
        return np.where(releases.dated, self._first_seen(releases.moments), releases.moments)

    def begins(self, releases: Releases) -> np.ndarray:
        """Return the moment from which the age of each release counts."""
        return np.where(releases.dated, self._released(releases.moments), releases.moments)

    def _first_seen(self, days: np.ndarray) -> np.ndarray:
        if self.close is not None:
            return self.close.at(days) + _NEXT
        return days + _DAY if self.daily else self._end(days)

    def _released(self, days: np.ndarray) -> np.ndarray:
        if self.close is not None:
            return self.close.at(days)
        return days if self.daily else self._end(days)

    def _end(self, days: np.ndarray) -> np.ndarray:
        """Return the end of days in the zone of the releases."""
        local = pd.DatetimeIndex(days + _DAY)
        ends = local.tz_localize(self.zone, ambiguous=np.zeros(len(local), bool), nonexistent="shift_forward")
        return ends.tz_convert(None).to_numpy("datetime64[us]")
