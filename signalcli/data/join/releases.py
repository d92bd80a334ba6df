"""Release times of a side table: moments in UTC, or days without a time."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from signalcli.data.sources.csv.dates.parse import parse_dates
from signalcli.errors import DataError, UsageError, printable

_CLOCK = r"\d{1,2}:\d{2}"
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?|\b(?:UTC|GMT))\s*$"
_COUNT = r"\d{9,}"  # seconds or more since 1970


class Releases(NamedTuple):
    """When values were released.

    Parameters
    ----------
    moments : ndarray of datetime64[us]
        Moments in UTC; of a release without a time, midnight of its day. NaT where unknown.
    dated : ndarray of bool
        Whether only the day is known.
    """

    moments: np.ndarray
    dated: np.ndarray

    def at(self, rows: np.ndarray) -> Releases:
        """Return the releases of some rows."""
        return Releases(self.moments[rows], self.dated[rows])


def time_zone(name: str) -> ZoneInfo:
    """Return the zone of this name. Raises UsageError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError("JOIN-ZONE", f"--release-zone {printable(name)}: no such time zone") from error


def parse_releases(column: pd.Series[Any], where: str, zone: ZoneInfo, form: str | None) -> Releases:
    """Return the release times of a column of dates, of text, or of counts since 1970.

    Times without a zone are those of ``zone``. A column whose times are all midnight holds days. Raises
    DataError with the line of a cell that is no date.
    """
    if column.dtype.kind == "M":
        return _of_clock(column, zone)
    if column.dtype.kind == "f":
        column = column.astype("object").where(column % 1 != 0, column.astype("Int64").astype("object"))
    texts = column.astype("str").str.strip().where(column.notna(), "")
    known = texts[~texts.isin(["", "NaT", "nan", "None", "<NA>"])]
    moments = pd.Series(np.datetime64("NaT", "us"), texts.index)
    dated = pd.Series(False, texts.index)
    for group, reader in zip(_kinds(known, form), (_days, _zoned, _clocks), strict=True):
        if len(group):
            found = reader(group, where, zone, form)
            moments[group.index], dated[group.index] = found.moments, found.dated
    return Releases(moments.to_numpy("datetime64[us]"), dated.to_numpy())


def _kinds(texts: pd.Series[Any], form: str | None) -> tuple[pd.Series[Any], ...]:
    """Return the cells without a time, those with time and zone, and those with a time alone."""
    timed = texts.str.contains(_CLOCK) | texts.str.fullmatch(_COUNT)
    if form is not None and re.search(r"%[HIcXs]", form):
        timed |= True
    zoned = timed & (texts.str.contains(_CLOCK + r".*" + _ZONE) | texts.str.fullmatch(_COUNT))
    return texts[~timed], texts[zoned], texts[timed & ~zoned]


def _days(texts: pd.Series[Any], where: str, _zone: ZoneInfo, form: str | None) -> Releases:
    days = _parse(texts, where, form).dt.normalize()
    return Releases(days.to_numpy("datetime64[us]"), np.ones(len(texts), bool))


def _zoned(texts: pd.Series[Any], where: str, _zone: ZoneInfo, form: str | None) -> Releases:
    """Return moments; a midnight with a zone is a moment, too."""
    try:
        exact = pd.to_datetime(texts, format="ISO8601", utc=True).dt.tz_localize(None)
        return Releases(exact.to_numpy("datetime64[us]"), np.zeros(len(texts), bool))
    except ValueError:
        moments = _parse(texts, where, form)
        midnight = (moments == moments.dt.normalize()).all()  # the reader of bars keeps their local day
        return Releases(moments.to_numpy("datetime64[us]"), np.full(len(texts), midnight))


def _clocks(texts: pd.Series[Any], where: str, zone: ZoneInfo, form: str | None) -> Releases:
    return _of_clock(_parse(texts, where, form), zone)


def _of_clock(clock: pd.Series[Any], zone: ZoneInfo) -> Releases:
    """Return the moments of clock times in a zone; a column of midnights holds days."""
    if getattr(clock.dtype, "tz", None) is not None:
        return Releases(_naive(clock), np.zeros(len(clock), bool))
    known = clock.dropna()
    if len(known) and (known == known.dt.normalize()).all():
        return Releases(clock.to_numpy("datetime64[us]"), np.ones(len(clock), bool))
    # An hour that a clock shows twice is taken as the later one: nothing is known too early.
    local = clock.dt.tz_localize(zone, ambiguous=np.zeros(len(clock), bool), nonexistent="shift_forward")
    return Releases(_naive(local), np.zeros(len(clock), bool))


def _naive(moments: pd.Series[Any]) -> np.ndarray:
    return moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")


def _parse(texts: pd.Series[Any], where: str, form: str | None) -> pd.Series[Any]:
    try:
        return parse_dates(texts, where, form)
    except (DataError, UsageError) as error:
        raise type(error)(error.code, error.message.replace("--date-format", "--release-format")) from error
