"""Planted faults of files: ledger, store, saved model, signals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import saved_models
from shell import run
from signalcli.io.locks import hold_lock
from signalcli.serving.doctor import files
from signalcli.serving.doctor.finding import Finding

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def found(
    check: str, ledger: str = "off", store: str = "/nonexistent/store", **more: object
) -> list[Finding]:
    models, signals = more.get("models", ()), more.get("signals")
    now = more.get("now", NOW)
    every = files.check_files(ledger, store, models, signals, now)  # type: ignore[arg-type]
    return [one for one in every if one.check == check]


def statuses(findings: list[Finding]) -> list[str]:
    return [one.status for one in findings]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    run(f"fetch walk ar1 --source synthetic --rows 60 --output {tmp_path / 'bars.csv'}")
    root = tmp_path / "store"
    run(f"fetch walk ar1 --source {tmp_path / 'bars.csv'} --store {root}")
    return root


def test_a_ledger_that_is_off_or_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    assert statuses(found("ledger")) == ["absent"]
    assert statuses(found("ledger", str(tmp_path / "new.sqlite"))) == ["absent"]
    assert not (tmp_path / "new.sqlite").exists()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_or_foreign_ledger_is_a_fault(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(content)
    assert statuses(found("ledger", str(file))) == ["fault"]
    assert file.read_bytes() == content


def test_a_sound_store_says_how_many_files(store: Path) -> None:
    findings = found("store", store=str(store))
    assert [(one.status, one.found) for one in findings] == [("ok", "2 sound files")]


def test_a_damaged_file_of_the_store_is_a_fault(store: Path) -> None:
    file = min(store.rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-40])
    bad, whole = found("store", store=str(store))
    assert (bad.status, bad.remedy) == ("fault", "move it away and fetch again")
    assert whole.found == "1 sound file"


def test_bars_in_the_future_are_a_fault(store: Path) -> None:
    findings = found("store", store=str(store), now=dt.datetime(1990, 1, 1, tzinfo=dt.UTC))
    assert statuses(findings) == ["fault", "fault", "ok"]
    assert "lies in the future" in findings[0].found


def test_leftovers_of_a_killed_run_are_named(store: Path) -> None:
    shelf = min(store.rglob("*.parquet")).parent
    (shelf / ".walk.parquet.0123abcd.tmp").write_bytes(b"half")
    finding = found("store", store=str(store))[0]
    assert (finding.status, finding.found) == ("warning", "1 file left by killed runs")
    assert finding.remedy == f"signalcli store vacuum --store {store}"


def test_a_locked_store_is_named(store: Path) -> None:
    with hold_lock(files.lock_target(store)):
        assert found("store", store=str(store))[0].status == "warning"


def test_a_named_store_must_exist() -> None:
    assert statuses(found("store")) == ["fault"]


def test_a_changed_byte_of_a_saved_model_is_a_fault(tmp_path: Path) -> None:
    folder = saved_models.saved(tmp_path / "model", "majority")
    assert statuses(found("model", models=(folder,))) == ["ok"]
    graph = folder / "model.onnx"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    finding = found("model", models=(folder,))[0]
    assert (finding.status, "model.onnx was changed" in finding.found) == ("fault", True)


def test_a_model_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert statuses(found("model", models=(tmp_path / "nothing",))) == ["fault"]


@pytest.mark.parametrize(("text", "status"), [("symbol,date\nA,2024-01-02\n", "fault"), (None, "absent")])
def test_signals(tmp_path: Path, text: str | None, status: str) -> None:
    file = tmp_path / "signals.csv"
    if text is not None:
        file.write_text(text)
    assert statuses(found("signals", signals=file)) == [status]
