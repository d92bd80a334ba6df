"""Find the window of dates to request from a source so that the store misses nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.yahoo.request import INTERVALS
from signalcli.data.store.bars_file import StoredBars


@dataclass(frozen=True)
class Window:
    """First and last date to request; None means no limit."""

    start: dt.date | None = None
    end: dt.date | None = None


def missing_window(
    stored: StoredBars | None, config: FetchConfig, overlap: int, now: dt.datetime
) -> Window | None:
    """Return the window to request from a service, with ``overlap`` stored bars to compare; None if complete.

    The window has no hole: a store with 2010 that needs 2020 gets the years between, too, because bars after
    a hole could not be compared with stored ones.
    """
    if stored is None:
        return Window(config.start, config.end)
    dates = stored.bars["date"]
    last = dates.iloc[-1].date()
    if is_earlier(config.start, stored.since):
        return Window(config.start, max(config.end, last) if config.end else None)
    if config.end and config.end <= last:
        return None
    return Window(_reachable(dates.iloc[-overlap:].iloc[0].date(), config, now), config.end)


def is_earlier(start: dt.date | None, since: dt.date | None) -> bool:
    """Return whether ``start`` is before ``since``; None is before every date."""
    return since is not None and (start is None or start < since)


def full_window(since: dt.date | None, config: FetchConfig, now: dt.datetime) -> Window:
    """Return the window from the first date ever requested until now, as far as the source keeps bars."""
    return Window(_reachable(since, config, now) if since else None)


def _reachable(start: dt.date, config: FetchConfig, now: dt.datetime) -> dt.date | None:
    """Return the date, or None if the source is Yahoo and does not keep bars of this interval for so long."""
    days = INTERVALS.get(config.interval) if config.source == "yahoo" else None
    return start if days is None or start > now.date() - dt.timedelta(days=days) else None
