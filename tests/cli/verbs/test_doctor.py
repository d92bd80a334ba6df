"""``signalcli doctor``: exit status, what it prints, and that it writes nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from shell import run


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own, so that the machine of the test does not count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "SIGNALCLI_GOLDEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_sound_installation_exits_0_and_writes_nothing(home: Path) -> None:
    found = rows(run("doctor"))
    assert {one["check"] for one in found} >= {"version", "library", "extra", "clock", "folder", "ledger"}
    assert "fault" not in {one["status"] for one in found}
    assert list(home.iterdir()) == []


def test_a_fault_exits_3_after_the_table_and_is_named() -> None:
    result = run("doctor --store nowhere --problems", status=3)
    assert [(one["check"], one["status"]) for one in rows(result)] == [("store", "fault")]
    assert "error[DOCTOR-FAULT]: 1 fault: store nowhere" in result.stderr


def test_warnings_alone_exit_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALCLI_RUN_COSTBPS", "3")
    (one,) = rows(run("doctor --problems"))
    assert (one["check"], one["name"], one["status"]) == ("variable", "SIGNALCLI_RUN_COSTBPS", "warning")
    assert one["remedy"] == "did you mean SIGNALCLI_RUN_COST_BPS?"


@pytest.mark.parametrize(
    "name", ["SIGNALCLI_RUN_COST_BPS", "SIGNALCLI_FETCH_SOURCE", "SIGNALCLI_STORE_LIST_STORE"]
)
def test_variables_of_options_are_known(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert rows(run("doctor --problems")) == []


def test_a_job_file_names_what_is_looked_at(home: Path) -> None:
    job = home / "nightly.toml"
    (home / "blocked").write_text("")
    job.write_text(
        '[fetch]\nstore = "bars"\n[predict]\nsave = "ibm"\nappend = "blocked/signals.csv"\n', encoding="utf-8"
    )
    found = rows(run(f"doctor {job} --problems", status=3))
    assert {(one["check"], Path(one["name"]).name) for one in found} == {
        ("store", "bars"),
        ("model", "ibm"),
        ("folder", "append"),
    }


def test_a_table_for_people_has_the_remedy_below(monkeypatch: pytest.MonkeyPatch) -> None:
    text = run("doctor --store nowhere --problems --format table", status=3)
    assert text.splitlines() == [
        "✗ store    nowhere  no such folder",
        "           → check the name; fetch --store DIR makes it",
        "0 warnings, 1 fault",
    ]
