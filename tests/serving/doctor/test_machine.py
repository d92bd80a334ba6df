"""Planted faults of the machine: a clock behind, no time zones, a wrong TZ, low limits."""

from __future__ import annotations

import datetime as dt
import resource

import pytest

from signalcli.serving.doctor import machine
from signalcli.serving.doctor.finding import Finding

NOW = dt.datetime.now(dt.UTC)


def found(name: str, now: dt.datetime = NOW) -> Finding | None:
    return next((one for one in machine.check_machine(now) if one.name == name), None)


def test_a_sound_machine_has_no_fault() -> None:
    assert {one.status for one in machine.check_machine(NOW)} <= {"ok", "warning"}


def test_a_clock_before_the_installation_is_a_fault() -> None:
    finding = found("now", dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    assert finding is not None
    assert (finding.status, "before signalcli was installed" in finding.found) == ("fault", True)


def test_missing_time_zones_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> object:
        raise KeyError(name)

    monkeypatch.setattr(machine, "ZoneInfo", unknown)
    finding = found("time zones")
    assert finding is not None
    assert (finding.status, "tzdata" in finding.remedy) == ("fault", True)


@pytest.mark.parametrize(
    ("zone", "named"), [("Europe/Nowhere", True), ("Europe/Berlin", False), ("UTC", False)]
)
def test_a_wrong_tz_is_named(monkeypatch: pytest.MonkeyPatch, zone: str, named: bool) -> None:
    monkeypatch.setenv("TZ", zone)
    assert (found("TZ") is not None) == named


@pytest.mark.parametrize(
    ("name", "limit", "most"),
    [("open files", resource.RLIMIT_NOFILE, 64), ("memory", resource.RLIMIT_AS, 10**9)],
)
def test_low_limits_are_named(monkeypatch: pytest.MonkeyPatch, name: str, limit: int, most: int) -> None:
    monkeypatch.setattr(machine.resource, "getrlimit", lambda which: (most if which == limit else -1, -1))
    finding = found(name)
    assert finding is not None
    assert (finding.status, "ulimit" in finding.remedy) == ("warning", True)
