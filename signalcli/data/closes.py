"""When daily bars are known: the moment of the close that belongs to a date, by the exchange of a symbol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from signalcli.data.calendars import ALWAYS, exchange_calendar
from signalcli.errors import DataError, UsageError, printable

ZONES = {
    "T": "Asia/Tokyo", "HK": "Asia/Hong_Kong", "SS": "Asia/Shanghai", "SZ": "Asia/Shanghai",
    "KS": "Asia/Seoul", "KQ": "Asia/Seoul", "TW": "Asia/Taipei", "TWO": "Asia/Taipei", "SI": "Asia/Singapore",
    "NS": "Asia/Kolkata", "BO": "Asia/Kolkata", "AX": "Australia/Sydney", "NZ": "Pacific/Auckland",
    "L": "Europe/London", "IR": "Europe/London", "DE": "Europe/Berlin", "F": "Europe/Berlin",
    "PA": "Europe/Berlin", "AS": "Europe/Berlin", "BR": "Europe/Berlin", "MI": "Europe/Berlin",
    "MC": "Europe/Berlin", "SW": "Europe/Berlin", "VI": "Europe/Berlin", "ST": "Europe/Berlin",
    "CO": "Europe/Berlin", "OL": "Europe/Berlin", "HE": "Europe/Helsinki", "LS": "Europe/London",
    "SA": "America/Sao_Paulo", "TO": "America/New_York", "V": "America/New_York", "MX": "America/Mexico_City",
    "TA": "Asia/Jerusalem", "JO": "Africa/Johannesburg", "IS": "Europe/Istanbul",
}  # fmt: skip
HOME = "America/New_York"  # zone of a symbol of Yahoo without a suffix, beside one that has a suffix
DIFFERENT_DAYS = 0.02  # share of days on which one of two symbols has no bar, above which exchanges differ
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)@([A-Za-z0-9_+/-]{1,64})")


class CloseTime(NamedTuple):
    """Local time of a close, in minutes after midnight of the date, and its time zone."""

    minutes: int
    zone: str

    def at(self, dates: np.ndarray) -> np.ndarray:
        """Moments of the closes of these dates, UTC datetime64[us]."""
        local = pd.DatetimeIndex(dates) + pd.Timedelta(minutes=self.minutes)
        known = local.tz_localize(
            self.zone, ambiguous=np.zeros(len(local), bool), nonexistent="shift_forward"
        )
        return known.tz_convert(None).to_numpy("datetime64[us]")


def close_times(symbols: Sequence[str], texts: Sequence[str], dates: np.ndarray) -> list[CloseTime]:
    """Close of each symbol, by ``--close-time``: SYMBOL=CLOSE, or CLOSE for all others.

    A CLOSE is ``16:00@America/New_York`` or the code of an exchange. Raises UsageError for text that is no
    close, and for a symbol without one.
    """
    pairs = [text.rpartition("=")[::2] for text in texts]
    by_symbol = {name: _parse(close, dates) for name, close in pairs}
    unknown = [s for s in symbols if s not in by_symbol] if "" not in by_symbol else []
    if unknown:
        shown = (
            f"{printable(unknown[0])} and {len(unknown) - 1} more" if unknown[1:] else printable(unknown[0])
        )
        raise UsageError("CLOSE-TIME", f"--close-time: no close of {shown}; add one as SYMBOL=CLOSE")
    return [by_symbol.get(s) or by_symbol[""] for s in symbols]


def _parse(text: str, dates: np.ndarray) -> CloseTime:
    match = _CLOCK.fullmatch(text)
    close = CloseTime(int(match[1]) * 60 + int(match[2]), match[3]) if match else _of_exchange(text, dates)
    try:
        close.at(dates[:1])
    except (KeyError, ValueError) as error:
        raise UsageError("CLOSE-TIME", f"--close-time {printable(text)}: no such time zone") from error
    return close


def _of_exchange(code: str, dates: np.ndarray) -> CloseTime:
    """The usual close of an exchange; a shorter session then counts as known later than it was."""
    if code == ALWAYS:
        return CloseTime(24 * 60, "UTC")
    if not re.fullmatch(r"[A-Za-z0-9_]{2,16}", code):
        wish = "a time and a zone such as 16:00@America/New_York, or the code of an exchange"
        raise UsageError("CLOSE-TIME", f"--close-time {printable(code)}: must be {wish}")
    calendar = exchange_calendar(code, pd.Timestamp(dates.min()), pd.Timestamp(dates.max()))
    close = calendar.close_times[-1][1]
    return CloseTime(close.hour * 60 + close.minute + 24 * 60 * calendar.close_offset, str(calendar.tz))


def is_daily(dates: np.ndarray) -> bool:
    """Whether all dates are midnight, so that they say nothing about the moment of the close."""
    return bool((dates == dates.astype("datetime64[D]")).all())


def zone_conflict(symbols: Sequence[str], dates: Sequence[np.ndarray]) -> tuple[str, str] | None:
    """Two symbols whose daily bars close at different moments, as far as can be seen; else None.

    Suffixes of Yahoo tell the zone; other symbols differ when one has no bar on more than 2 % of the days on
    which the other has.
    """
    zones = [_zone(s) for s in symbols]
    suffixed = any("." in s and z is not None for s, z in zip(symbols, zones, strict=True))
    filled = [z or (HOME if suffixed else "") for z in zones]
    one = max(range(len(symbols)), key=lambda i: len(dates[i]))
    for other in range(len(symbols)):
        if filled[one] != filled[other] or _days_differ(dates[one], dates[other]):
            return symbols[one], symbols[other]
    return None


def refuse_zones(symbols: Sequence[str], dates: Sequence[np.ndarray], what: str) -> None:
    """Raise DataError where daily bars of several exchanges would be joined by their dates."""
    pair = zone_conflict(symbols, dates)
    if pair is not None:
        one, other = map(printable, pair)
        raise DataError(
            "DATA-ZONES",
            f"{what}: {one} and {other} close at different moments of a date; name the closes with "
            f"--close-time '{one}=HH:MM@ZONE,{other}=HH:MM@ZONE' (or exchange codes such as XTKS, XNYS)",
        )


def _zone(symbol: str) -> str | None:
    """Time zone by the suffix of a symbol of Yahoo; UTC for coins and currencies; None if it has none."""
    if symbol.endswith(("-USD", "=X")):
        return "UTC"
    return ZONES.get(symbol.rpartition(".")[2].upper()) if "." in symbol else None


def _days_differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether more than 2 % of the days of both, within the span of both, are days of one only."""
    start, end = max(one[0], other[0]), min(one[-1], other[-1])
    a, b = (d[(d >= start) & (d <= end)] for d in (one, other))
    union = len(np.union1d(a, b))
    return union > 0 and len(np.setxor1d(a, b)) > DIFFERENT_DAYS * union
