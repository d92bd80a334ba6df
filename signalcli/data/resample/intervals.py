"""Intervals of bars: their length, and the day on which the interval of a day begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from signalcli.config.option import brief
from signalcli.errors import UsageError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "wk": 7 * 86_400}
_SPELLINGS = {"w": "wk", "min": "m", "M": "mo"}
_MONDAY = np.datetime64("1970-01-05", "D")
DAY = 86_400  # seconds
MONTH = 30 * DAY  # seconds that stand for a month when lengths are compared


@dataclass(frozen=True)
class Interval:
    """A number of units: ``m``, ``h``, ``d``, ``wk`` or ``mo``."""

    number: int
    unit: str

    def __str__(self) -> str:
        """Return the text that `parse_interval` reads."""
        return f"{self.number}{self.unit}"

    @property
    def seconds(self) -> int:
        """Length in seconds; a month has 30 days."""
        return self.number * (MONTH if self.unit == "mo" else _SECONDS[self.unit])

    @property
    def intraday(self) -> bool:
        """Whether it is shorter than a day."""
        return self.unit != "mo" and self.seconds < DAY

    def floor_days(self, days: np.ndarray) -> np.ndarray:
        """Return the first day of the interval of each day; both datetime64[D].

        Weeks begin on Monday, months on the first, and several of them count from 1970.
        """
        if self.unit == "mo":
            months = days.astype("datetime64[M]").astype("int64")
            return ((months // self.number) * self.number).astype("datetime64[M]").astype("datetime64[D]")
        first = _MONDAY if self.unit == "wk" else np.datetime64("1970-01-01", "D")
        length = np.timedelta64(self.seconds // DAY, "D")
        return first + (days - first) // length * length

    def divides(self, other: Interval) -> bool:
        """Whether intervals of this length fill one of another, whose start is the start of one of them."""
        if other.unit == "mo" or self.unit == "mo":
            whole = self.unit == "mo" and other.unit == "mo" and other.number % self.number == 0
            return whole or (self.unit != "mo" and DAY % min(self.seconds, DAY) == 0 and self.seconds <= DAY)
        return other.seconds % self.seconds == 0


def parse_interval(flag: str, text: str) -> Interval:
    """Return the interval of text such as ``15m``, ``4h``, ``1d``, ``1w``, ``1mo``. Raises UsageError."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})(m|min|h|d|w|wk|mo|M|y)", text)
    wish = "an interval such as 15m, 1h, 1d, 1wk or 1mo"
    if not match:
        raise UsageError("OPTION-VALUE", f"{flag} {brief(text)}: must be {wish}")
    number, unit = int(match[1]), match[2]
    interval = Interval(number * 12, "mo") if unit == "y" else Interval(number, _SPELLINGS.get(unit, unit))
    if not _is_regular(interval):
        raise UsageError("OPTION-VALUE", f"{flag} {brief(text)}: must divide a day or a year, or be {wish}")
    return interval


def _is_regular(interval: Interval) -> bool:
    """Whether intervals of this length fill a day or a year, or are of whole days."""
    if interval.unit == "mo":
        return 12 % interval.number == 0 or interval.number % 12 == 0
    return interval.seconds % DAY == 0 or DAY % interval.seconds == 0
