"""The gate from the command line: who stays, what is remembered, and the way back."""

import errno
import json
import os
from pathlib import Path

import pytest

from shell import run
from signalcli.io.folders import DamagedError
from signalcli.serving.bundle.load import load
from signalcli.serving.promotion.history import pack, read_kept, unpack

BARS = "fetch ar1 --source synthetic --rows 500 --seed 4 --set ar1.phi=0.3"


@pytest.fixture(scope="module")
def tables() -> tuple[str, str]:
    """FEATURES of 450 and of 500 bars."""
    bars = run(BARS).splitlines()
    tables = ("\n".join(part) + "\n" for part in (bars[:451], bars))
    early, late = (run("features -w 3 --sets lags", text) for text in tables)
    return early, late


def fit(folder: Path, table: str, more: str = "", status: int = 0) -> str:
    return run(f"fit --model logistic --ledger off --save {folder / 'm'} {more}", table, status).stderr


def history(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "m" / "promotions.jsonl").read_text().splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "m").iterdir()}


def test_promotion_refusal_and_rollback(tables: tuple[str, str], tmp_path: Path) -> None:
    early, late = tables
    fit(tmp_path, early)
    assert [line["action"] for line in history(tmp_path)] == ["saved"]
    first = files(tmp_path)
    assert "the saved model stays: not better on" in fit(tmp_path, late, "--promote if-better")
    assert files(tmp_path) == first
    fit(tmp_path, late, "--promote if-not-worse")
    assert [line["action"] for line in history(tmp_path)] == ["saved", "promoted"]
    assert history(tmp_path)[1]["mode"] == "if-not-worse"
    second = files(tmp_path)
    assert second["manifest.json"] != first["manifest.json"]
    run(f"fit --save {tmp_path / 'm'} --rollback")
    assert {k: v for k, v in files(tmp_path).items() if k in first and k != "promotions.jsonl"} == {
        k: v for k, v in first.items() if k != "promotions.jsonl"
    }
    assert [line["action"] for line in history(tmp_path)] == ["saved", "promoted", "rolled back"]
    assert load(tmp_path / "m").selfcheck_error() == 0.0
    run(f"run --save {tmp_path / 'm'} --rollback")
    assert files(tmp_path)["manifest.json"] == second["manifest.json"]


def test_the_exit_status_of_a_refusal(tables: tuple[str, str], tmp_path: Path) -> None:
    early, late = tables
    fit(tmp_path, late)
    older = fit(tmp_path, early, "--promote if-not-worse")
    assert "its labels end at" in older
    assert len(older.splitlines()) == 1
    said = fit(tmp_path, early, "--promote if-not-worse --require-promotion", status=3)
    assert said.startswith("signalcli: error[NOT-PROMOTED]:")
    fit(tmp_path, early)  # without the option a new model is always taken
    assert history(tmp_path)[-1]["reason"] == "--promote always"


def test_there_is_nothing_to_go_back_to(tables: tuple[str, str], tmp_path: Path) -> None:
    fit(tmp_path, tables[0])
    assert "no model before" in run(f"fit --save {tmp_path / 'm'} --rollback", status=66).stderr
    run(f"fit --save {tmp_path / 'none'} --rollback", status=66)
    run("fit --rollback", status=2)


def test_a_damaged_archive_is_not_restored(tables: tuple[str, str], tmp_path: Path) -> None:
    for table in tables:
        fit(tmp_path, table)
    (tmp_path / "m" / "previous.zip").write_bytes(b"PK")
    before = files(tmp_path)
    run(f"fit --save {tmp_path / 'm'} --rollback", status=78)
    assert files(tmp_path) == before
    assert load(tmp_path / "m").selfcheck_error() == 0.0


def test_what_is_beside_a_model_does_not_make_it_unsound(tables: tuple[str, str], tmp_path: Path) -> None:
    fit(tmp_path, tables[0])
    (tmp_path / "m" / "promotions.jsonl").write_text("no json\n[1]\n")
    (tmp_path / "m" / "walk_forward.csv").write_text("what,ever\n1,2\n")
    assert load(tmp_path / "m").selfcheck_error() == 0.0
    fit(tmp_path, tables[1], "--promote if-not-worse")
    assert [line["action"] for line in history(tmp_path)] == ["promoted"]
    (tmp_path / "m" / "notes.txt").write_text("mine")
    run(f"predict --model {tmp_path / 'm'}", run(BARS), status=78)


def test_archives(tables: tuple[str, str], tmp_path: Path) -> None:
    fit(tmp_path, tables[0])
    kept = read_kept(tmp_path / "m")
    assert unpack(pack(kept)).files == kept.files
    with pytest.raises(DamagedError):
        unpack(b"nothing")
    with pytest.raises(DamagedError):
        unpack(pack(type(kept)({"model.onnx": b""})))


@pytest.mark.parametrize("failing", [1, 2])
def test_a_model_that_cannot_be_read_stays(
    tables: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """It is no missing one: its history and the way back to it would be lost without a word."""
    fit(tmp_path, tables[0])
    before, opened, original = files(tmp_path), [], os.open

    def broken(path: str | Path, flags: int, *more: int, **options: int) -> int:
        if Path(path) == tmp_path / "m" and flags & os.O_DIRECTORY and flags & os.O_NOFOLLOW:
            opened.append(path)
            if len(opened) == failing:
                raise OSError(errno.EIO, "Input/output error")
        return original(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", broken)
    assert "Input/output error" in fit(tmp_path, tables[1], status=66)
    assert len(opened) == failing
    assert files(tmp_path) == before


def test_a_damaged_model_is_replaced(tables: tuple[str, str], tmp_path: Path) -> None:
    fit(tmp_path, tables[0])
    (tmp_path / "m" / "model.onnx").write_bytes(b"")
    fit(tmp_path, tables[1], "--promote if-better --require-promotion")
    assert load(tmp_path / "m").selfcheck_error() == 0.0


def test_a_job_asks_before_it_replaces(tmp_path: Path) -> None:
    """A feed that stopped a month ago: the model stays, its signals go on, and the status is 0."""
    source, job = tmp_path / "bars.csv", tmp_path / "nightly.toml"
    lines = run(BARS).splitlines()
    source.write_text("\n".join(lines[:451]) + "\n")
    job.write_text(
        f'[fetch]\nsymbols = ["ar1"]\nsource = "{source}"\n[features]\nwindow = 3\nsets = ["lags"]\n'
        '[fit]\nmodels = ["logistic"]\nfolds = 3\n[output]\nledger = "off"\n'
        f'[predict]\nsave = "{tmp_path / "m"}"\nappend = "{tmp_path / "s.csv"}"\nrefit_after = "10d"\n'
    )
    run(f"run {job}")
    before = files(tmp_path)
    price = lines[470].split(",")[5]
    still = [",".join([*row[:2], *[price] * 4, row[6]]) for row in (line.split(",") for line in lines[471:])]
    source.write_text("\n".join([*lines[:471], *still]) + "\n")
    assert "if it is not worse" in run(f"run {job} --dry-run")
    done = run(f"run {job}")
    assert "no price moves" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert files(tmp_path) == before
    assert len((tmp_path / "s.csv").read_text().splitlines()) == 3
    run(f"run {job} --require-promotion", status=3)
    source.write_text("\n".join(lines) + "\n")
    assert run(f"run {job}").stderr == ""
    assert [line["action"] for line in history(tmp_path)] == ["saved", "promoted"]
