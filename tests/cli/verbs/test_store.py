"""fetch --store, the verbs that read a store, and the store verb, through the shell contract."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import loopback_yahoo as fake
from shell import ROOT, SAMPLE, run, run_installed, small_environment
from signalcli.data.store.lock import lock_store

served_yahoo = fake.served_yahoo
WALK = "fetch walk ar1 --source synthetic --rows 400"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    run(f"{WALK} --store {folder}")
    return folder


def test_the_bars_asked_for_come_out(store: Path) -> None:
    assert run(f"{WALK} --store {store}") == run(WALK)
    assert run(f"{WALK} --store {store} --start 2000-03-01 --end 2000-04-01") == run(
        f"{WALK} --start 2000-01-03 --store {store} --start 2000-03-01 --end 2000-04-01"
    )


def test_a_file_goes_through_the_store_unchanged(tmp_path: Path) -> None:
    assert run(f"fetch IBM --source {SAMPLE} --store {tmp_path}") == run(f"fetch IBM --source {SAMPLE}")
    assert run(f"features IBM --source {SAMPLE} --store {tmp_path}") == run(
        "features", stdin=run(f"fetch IBM --source {SAMPLE}")
    )


def test_verbs_read_the_store(store: Path) -> None:
    bars = run(WALK)
    where = f"--store {store} --source synthetic"
    assert run(f"features walk ar1 {where}") == run("features", stdin=bars)
    assert run(f"features {where}") == run("features", stdin=bars)
    assert run(f"run ar1 {where} --model ar") == run("run ar1 --source synthetic --rows 400 --model ar")
    assert run(f"store show walk {where}") == run("fetch walk --source synthetic --rows 400")


def test_a_symbol_that_is_not_stored(store: Path) -> None:
    assert (
        "no synthetic-1d-total bars of sine; did you mean ar1 or walk"
        in run(f"features sine --store {store} --source synthetic", status=66).stderr
    )
    assert "it is in synthetic-1d-total" in run(f"features walk --store {store}", status=66).stderr
    assert "no such store" in run(f"store list --store {store}/none", status=66).stderr


def test_without_a_store_words_are_files() -> None:
    said = run("features walk ar1", status=66).stderr
    assert "walk: No such file" in said
    assert "ar1: No such file" in said


def test_a_busy_store_is_75(store: Path) -> None:
    with lock_store(store, 0):
        result = run(f"{WALK} --store {store}", status=75)
        assert result == ""
        assert "another run is writing it; try later" in result.stderr
        assert (
            "another run is writing it after 0.1 s; try later"
            in run(f"{WALK} --store {store} --wait 0.1", status=75).stderr
        )
        assert "another run" in run(f"store vacuum --store {store}", status=75).stderr
        assert run(f"features walk --store {store} --source synthetic")  # reading needs no lock


@pytest.mark.parametrize("wait", ["-1", "inf", "nan"])
def test_a_wait_that_cannot_be_meant(store: Path, wait: str) -> None:
    assert "--wait" in run(f"{WALK} --store {store} --wait {wait}", status=2).stderr


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "STORE-FOLDER" in run(f"{WALK} --store {tmp_path}/file/store", status=74).stderr


def test_a_rewrite_is_one_line(store: Path) -> None:
    result = run(f"fetch walk --source synthetic --rows 400 --seed 1 --store {store}")
    assert result == run("fetch walk --source synthetic --rows 400 --seed 1")
    assert result.stderr.count("\n") == 1
    assert "walk: 400 bars restated (2000-01-03 … 2001-07-13); history fetched again" in result.stderr
    stamp = next(store.glob("vintages/*/*")).stem.partition("@")[2]
    old = run(f"store show walk --store {store} --source synthetic --vintage {stamp}")
    assert old == run("fetch walk --source synthetic --rows 400")


def test_a_rewrite_may_be_an_error(store: Path) -> None:
    command = f"fetch walk --source synthetic --rows 400 --seed 1 --store {store} --on-rewrite error"
    assert "STORE-REWRITE" in run(command, status=65).stderr
    assert run(f"store show walk --store {store} --source synthetic") == run(
        "fetch walk --source synthetic --rows 400"
    )


def test_the_listing(store: Path) -> None:
    table = pd.read_csv(io.StringIO(run(f"store list --store {store}")))
    assert list(table["symbol"]) == ["ar1", "walk"]
    assert list(table["bars"]) == [400, 400]
    assert list(table["last"]) == ["2001-07-13"] * 2
    assert "synthetic-1d-total  ar1" in run(f"store list --store {store} --format table")
    assert run(f"store list --store {store} --format jsonl").count('"symbol": "walk"') == 1


def test_vacuum_lists_what_is_gone(store: Path) -> None:
    leftover = store / "bars" / "synthetic-1d-total" / ".walk.parquet.0123abcd.tmp"
    leftover.write_bytes(b"half")
    assert run(f"store vacuum --store {store}").splitlines() == [
        "file,bytes,why",
        "bars/synthetic-1d-total/.walk.parquet.0123abcd.tmp,4,left by a killed run",
    ]
    assert run(f"store vacuum --store {store}") == "file,bytes,why\n"


def test_the_default_folder_and_no_home(tmp_path: Path) -> None:
    run_installed(f"{WALK} --store default", XDG_DATA_HOME=str(tmp_path))
    assert run_installed("store list", XDG_DATA_HOME=str(tmp_path)).count("\n") == 3
    assert (tmp_path / "signalcli" / "bars" / "synthetic-1d-total" / "walk.parquet").is_file()
    assert "name a folder with --store DIR" in run_installed("store list", status=2).stderr
    assert run_installed(f"{WALK} --store {tmp_path}/s").count("\n") == 801  # HOME is not set here


def test_the_installed_command_fetches_twice_with_two_requests(loopback_yahoo, tmp_path: Path) -> None:
    loopback_yahoo.says("IBM", fake.walk("IBM"))
    first = run_installed(f"fetch IBM --store {tmp_path}/s", **loopback_yahoo.routes)
    written = (tmp_path / "s/bars/yahoo-1d-total/IBM.parquet").stat()
    again = run_installed(f"fetch IBM --store {tmp_path}/s", **loopback_yahoo.routes)
    now = (tmp_path / "s/bars/yahoo-1d-total/IBM.parquet").stat()
    assert (first.count("\n"), first.stderr) == (301, "")
    assert again == first
    assert loopback_yahoo.tries("IBM") == 2
    assert (now.st_ino, now.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_partial_success_is_69_and_keeps_the_good_ones(loopback_yahoo, tmp_path: Path) -> None:
    loopback_yahoo.says("IBM", fake.walk("IBM"))
    loopback_yahoo.says("BAD", fake.RATE_LIMITED)
    result = run_installed(
        f"fetch BAD IBM --store {tmp_path}/s --timeout 6", status=69, **loopback_yahoo.routes
    )
    assert "BAD" in result.stderr
    assert result.count("\n") == 301
    assert run_installed(f"store list --store {tmp_path}/s").count("\n") == 2


def test_a_reader_that_leaves_is_quiet(store: Path) -> None:
    command = f"'{sys.executable}' -m signalcli {WALK} --rows 20000 --store '{store}' | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        env=small_environment(),
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.startswith(b"symbol,date")
    assert done.returncode in {0, 141}
    assert b"Traceback" not in done.stderr
    assert len(pd.read_parquet(store / "bars/synthetic-1d-total/walk.parquet")) == 20000


def test_full_output_does_not_hurt_the_store(store: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "signalcli", *WALK.split(), "--seed", "3", "--store", str(store)],
            stdout=full, stderr=subprocess.PIPE, env=small_environment(), cwd=ROOT, check=False,
        )  # fmt: skip
    assert done.returncode == 74
    assert sorted(p.name for p in (store / "bars/synthetic-1d-total").iterdir()) == [
        "ar1.parquet",
        "walk.parquet",
    ]
