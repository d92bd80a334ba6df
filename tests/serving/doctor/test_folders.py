"""Planted faults of folders: no home, a relative one, a file in the way, no right, no room."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from signalcli.serving.doctor import folders
from signalcli.serving.doctor.finding import Finding


class Usage(NamedTuple):
    total: float
    used: float
    free: float


def found(name: str, named: dict[str, Path] | None = None) -> Finding:
    return next(one for one in folders.check_folders(named or {}) if one.name == name)


def test_a_folder_that_will_be_made_is_fine(tmp_path: Path) -> None:
    assert found("append", {"append": tmp_path / "a" / "b"}).status == "ok"
    assert not (tmp_path / "a").exists(), "a check writes nothing"


@pytest.mark.parametrize("home", ["", "relative/home"])
def test_without_a_home_there_is_no_place_for_the_ledger(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    finding = found("state")
    assert (finding.status, "no place for the ledger" in finding.found) == ("warning", True)
    assert "XDG_STATE_HOME" in finding.remedy


def test_a_relative_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert found("XDG_DATA_HOME").status == "warning"


def test_a_file_in_the_way_of_a_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "signals").write_text("")
    finding = found("append", {"append": tmp_path / "signals" / "daily"})
    assert finding.status == "fault"
    assert "is no folder" in finding.found


def test_a_folder_without_the_right_to_write_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    monkeypatch.setattr(folders.os, "access", lambda path, _mode: Path(path) != locked)
    finding = found("output", {"output": locked / "later"})
    assert (finding.status, finding.remedy.startswith(f"chmod u+rwx {locked}")) == ("fault", True)


@pytest.mark.parametrize(("free", "status"), [(2e9, "ok"), (0.5e9, "warning"), (5e7, "fault")])
def test_little_room_warns_and_no_room_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: float, status: str
) -> None:
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _path: Usage(3e9, 0, free))
    finding = found("output", {"output": tmp_path})
    assert (finding.status, bool(finding.remedy)) == (status, status != "ok")


def test_no_folder_for_temporary_files_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(folders.tempfile, "gettempdir", none)
    assert (found("temporary").status, found("temporary").remedy) == (
        "fault",
        "set TMPDIR to a writable folder",
    )
