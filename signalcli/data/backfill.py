"""What has to be asked of a source so that nothing is missing in the store, and no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from signalcli.config.fetch import FetchConfig
from signalcli.data.sources.yahoo.request import INTERVALS
from signalcli.data.store.shelf import Stored


@dataclass(frozen=True)
class Window:
    """First and last date to ask for; None is as early, or as late, as there are bars."""

    start: dt.date | None = None
    end: dt.date | None = None


def missing(stored: Stored | None, config: FetchConfig, overlap: int, now: dt.datetime) -> Window | None:
    """What to ask Yahoo for, with ``overlap`` stored bars to compare; None when nothing is missing.

    One window without a hole: who has 2010 and wants 2020 gets the years between as well, because bars
    beside a hole could not be compared with anything.
    """
    if stored is None:
        return Window(config.start, config.end)
    dates = stored.bars["date"]
    last = dates.iloc[-1].date()
    if earlier(config.start, stored.since):
        return Window(config.start, max(config.end, last) if config.end else None)
    if config.end and config.end <= last:
        return None
    return Window(_reachable(dates.iloc[-overlap:].iloc[0].date(), config.interval, now), config.end)


def earlier(start: dt.date | None, since: dt.date | None) -> bool:
    """Whether ``start`` asks for bars from before ``since``; None is the beginning of everything."""
    return since is not None and (start is None or start < since)


def whole(since: dt.date | None, config: FetchConfig, now: dt.datetime) -> Window:
    """All that was ever asked for, up to now, as far as Yahoo still has it."""
    return Window(_reachable(since, config.interval, now) if since else None)


def _reachable(start: dt.date, interval: str, now: dt.datetime) -> dt.date | None:
    """The date, or None where Yahoo does not reach back that far with bars as short as these."""
    days = INTERVALS.get(interval)
    return start if days is None or start > now.date() - dt.timedelta(days=days) else None
