"""Many processes on one store, and processes killed at any moment: old or new, never half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import loopback_yahoo as fake
from shell import ERROR_LINE, NOTE_LINE, ROOT, small_environment

served_yahoo = fake.served_yahoo

# A writer that never rests: each round is another seed, so each is a rewrite with a vintage.
WRITER = """
import datetime as dt, sys
from signalcli.data.update import update
from signalcli.config.fetch import FetchConfig
from signalcli.config.store import StoreConfig
now = dt.datetime.now(dt.UTC)
for seed in range(int(sys.argv[2]), 10**6):
    config = FetchConfig(source="synthetic", rows=2000, seed=seed, store=sys.argv[1])
    update(["walk", "ar1"], config, StoreConfig(), now)
    print(seed, flush=True)
"""


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=small_environment() | environment,
    )


def assert_valid(store: Path) -> None:
    """Every file that a reader would see is whole."""
    for path in store.glob("*/*/*"):
        if not path.name.startswith("."):
            assert len(pd.read_parquet(path)) in {300, 2000}, path
    command = [sys.executable, "-m", "signalcli", "store", "list", "--store", str(store)]
    listed = subprocess.run(
        command, capture_output=True, text=True, env=small_environment(), check=True, cwd=ROOT
    )
    assert listed.stderr == ""


@pytest.mark.parametrize("jobs", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_many_jobs_on_one_cold_store(jobs: int, loopback_yahoo, tmp_path: Path) -> None:
    loopback_yahoo.says("IBM", fake.walk("IBM"))
    loopback_yahoo.says("MSFT", fake.walk("MSFT", seed=8))
    store = tmp_path / "cold" / "store"
    command = ["-m", "signalcli", "fetch", "IBM", "MSFT", "--store", str(store)]
    running = [
        start(*command, "--wait", "100" if i % 2 else "0", **loopback_yahoo.routes) for i in range(jobs)
    ]
    ends = [(process.communicate(timeout=200), process.returncode) for process in running]
    outputs = {out for (out, _), status in ends if status == 0}
    assert {status for _, status in ends} <= {0, 75}
    assert all(status == 0 for i, (_, status) in enumerate(ends) if i % 2), "who waits gets his turn"
    assert len(outputs) == 1
    assert outputs.pop().count("\n") == 601
    for (out, err), status in ends:
        assert err.count("\n") == (status == 75)
        assert all(ERROR_LINE.match(line) for line in err.splitlines())
        assert bool(out) == (status == 0)
    assert_valid(store)
    assert [p for p in store.rglob(".*") if p.name != ".store.lock"] == []


def kill_rounds(store: Path, rounds: int) -> None:
    moments = random.Random(7)  # noqa: S311
    for i in range(rounds):
        writer = start("-c", WRITER, str(store), str(1000 * i))
        assert writer.stdout is not None
        for _ in range(2):
            writer.stdout.readline()  # it writes by now
        try:
            writer.wait(moments.uniform(0, 0.08))
        except subprocess.TimeoutExpired:
            os.kill(writer.pid, signal.SIGKILL)
        _, said = writer.communicate()
        assert said == ""
        assert_valid(store)
        for file in store.glob("vintages/*/*.parquet"):
            file.unlink()


def assert_goes_on(store: Path) -> None:
    """The lock of the dead is nobody's, what they left is swept."""
    command = ["fetch", "walk", "ar1", "--source", "synthetic", "--rows", "300", "--store", str(store)]
    for arguments in (command, ["store", "vacuum", "--store", str(store)]):
        process = start("-m", "signalcli", *arguments)
        _, said = process.communicate(timeout=100)
        assert process.returncode == 0
        assert all(NOTE_LINE.match(line) for line in said.splitlines())
    assert_valid(store)
    assert [p for p in store.rglob(".*") if p.name != ".store.lock"] == []


CUT_SHORT = """
import resource, signal, sys
from signalcli.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the kernel kills who writes past the limit
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
main(sys.argv[2:])
"""


@pytest.mark.parametrize("written", [0, 5000])
def test_killed_in_the_middle_of_a_write(written: int, tmp_path: Path) -> None:
    """Every byte of a file is a moment: here the kernel kills the writer after so many of them."""
    options = ["--source", "synthetic", "--rows", "300", "--store", str(tmp_path / "store")]
    assert start("-m", "signalcli", "fetch", "walk", *options).communicate(timeout=100)[1] == ""
    file = tmp_path / "store" / "bars" / "synthetic-1d-total" / "walk.parquet"
    before = file.read_bytes()
    assert len(before) > written
    for symbol in ("walk", "ar1"):  # dies over the vintage of the one, and over the bars of the other
        victim = start("-c", CUT_SHORT, str(written), "fetch", symbol, *options, "--seed", "1")
        victim.communicate(timeout=100)
        assert victim.returncode == -signal.SIGXFSZ
        assert file.read_bytes() == before
    assert_valid(tmp_path / "store")
    assert_goes_on(tmp_path / "store")


def test_killed_at_any_moment(tmp_path: Path) -> None:
    kill_rounds(tmp_path, 3)
    assert_goes_on(tmp_path)


@pytest.mark.slow
def test_killed_a_hundred_times(tmp_path: Path) -> None:
    kill_rounds(tmp_path, 100)
    assert_goes_on(tmp_path)
