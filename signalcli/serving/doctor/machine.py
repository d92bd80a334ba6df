"""The machine: its clock, its time zones, and the limits of a process."""

from __future__ import annotations

import datetime as dt
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import signalcli
from signalcli.errors import printable
from signalcli.serving.doctor.finding import Finding

FEW_FILES = 256  # open files; a night with many symbols needs more
SLACK = dt.timedelta(days=1)
ZONES = ("America/New_York", "Europe/London", "Asia/Tokyo")
INSTALLED = Path(signalcli.__file__)


def check_machine(now: dt.datetime) -> Iterator[Finding]:
    """Yield the state of the clock at ``now`` (UTC), of the time zones, and of the limits of this process."""
    yield _clock(now)
    yield _zones()
    yield from _local_zone()
    yield _open_files()
    yield _memory()


def _clock(now: dt.datetime) -> Finding:
    """Files of the program were written in the past: a clock behind them is wrong."""
    written = dt.datetime.fromtimestamp(INSTALLED.stat().st_mtime, dt.UTC)
    found = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now >= written - SLACK:
        return Finding("clock", "now", found)
    found += f", before signalcli was installed ({written:%Y-%m-%d})"
    return Finding("clock", "now", found, "fault", "set the clock: timedatectl set-ntp true")


def _zones() -> Finding:
    missing = [name for name in ZONES if not _is_zone(name)]
    if not missing:
        return Finding("clock", "time zones", "known")
    remedy = "apt-get install tzdata, or pip install tzdata"
    return Finding("clock", "time zones", f"unknown: {', '.join(missing)}", "fault", remedy)


def _local_zone() -> Iterator[Finding]:
    zone = os.environ.get("TZ", "").removeprefix(":")
    if zone and not zone.startswith("/") and "/" in zone and not _is_zone(zone):
        remedy = "set TZ to a name such as Europe/Berlin, or unset it"
        yield Finding("clock", "TZ", f"{printable(zone)}: no such time zone", "warning", remedy)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def _open_files() -> Finding:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if most == resource.RLIM_INFINITY or most >= FEW_FILES:
        return Finding("limit", "open files", "unlimited" if most == resource.RLIM_INFINITY else f"{most:,}")
    return Finding("limit", "open files", f"{most:,}", "warning", f"ulimit -n {FEW_FILES * 4} before the job")


def _memory() -> Finding:
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY:
        return Finding("limit", "memory", "unlimited")
    found = f"address space of {most / 1e9:,.1f} GB"
    return Finding("limit", "memory", found, "warning", "ulimit -v unlimited before the job")
