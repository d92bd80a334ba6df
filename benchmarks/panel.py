"""Many symbols: growth with their number, two processes and a cluster of two workers against one process.

Bars are synthetic walks. Results of fits are not cached and fits are not recorded, so that every round does
the whole work. A cluster needs ``signalcli[cluster]`` and is left out without it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import run_python
from benchmarks.timing import Usage, print_usage, print_usage_ratio

ROUNDS = 3
FRESH = ("--cache", "off", "--ledger", "off", "--quiet")
WAIT = 60  # seconds for a scheduler and its workers


def run() -> None:
    """All measurements, on the wall; processor seconds and memory are of the command alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _growth(folder)
        _twenty_symbols(folder)
        _pooled(folder)
        if importlib.util.find_spec("distributed"):
            _cluster(folder)


def _growth(folder: Path) -> None:
    """AR on 300 bars of 50 to 1,000 symbols: the time of a symbol must not grow with their number."""
    few, many = (_walks(folder, symbols, 300) for symbols in (50, 1000))
    one, all_of_them = (_pipeline(bars, "--model", "ar", "--jobs", "2") for bars in (few, many))
    print_usage("run ar, 50 symbols x 300", [one])
    print_usage("run ar, 1,000 symbols x 300", [all_of_them])
    print_usage_ratio("  of a symbol: 1,000 / 50", [(_each(all_of_them, 1000), _each(one, 50))])


def _twenty_symbols(folder: Path) -> None:
    """AR and trees on 1,250 bars of 20 symbols: two processes against one."""
    features = folder / "features.parquet"
    run_python("-m", "signalcli", "features", str(_walks(folder, 20, 1250)), "-o", str(features))
    words = ("-m", "signalcli", "fit", str(features), "--model", "ar,tree", *FRESH)
    pairs = [(run_python(*words, "--jobs", "2"), run_python(*words, "--jobs", "1")) for _ in range(ROUNDS)]
    for name, side in (("fit ar,tree, 20 x 1,250, --jobs 2", 0), ("  --jobs 1", 1)):
        print_usage(name, [pair[side] for pair in pairs])
    print_usage_ratio("  two processes / one", pairs)


def _pooled(folder: Path) -> None:
    """One model over 505 symbols of 1,250 bars, from bars to metrics."""
    used = _pipeline(_walks(folder, 505, 1250), "--model", "ar,tree", "--pooled", "--jobs", "2")
    print_usage("run ar,tree --pooled, 505 x 1,250", [used])


def _cluster(folder: Path) -> None:
    """Two models on 500 symbols: a Dask scheduler with two workers against one process."""
    features = folder / "features500.parquet"
    run_python("-m", "signalcli", "features", str(_walks(folder, 500, 300)), "-o", str(features))
    words = ("-m", "signalcli", "fit", str(features), "--model", "ar,tree", *FRESH)
    alone = run_python(*words)
    with _two_workers(folder / "scheduler.json") as scheduler:
        spread = run_python(*words, "--cluster", str(scheduler))
    print_usage("fit ar,tree, 500 x 300, one process", [alone])
    print_usage("  two Dask workers", [spread])
    print_usage_ratio("  two workers / one process", [(spread, alone)])


def _walks(folder: Path, symbols: int, bars: int) -> Path:
    file = folder / f"bars{symbols}.parquet"
    words = ("--source", "synthetic", "--process", "walk", "--rows", str(bars), "-o", str(file))
    run_python("-m", "signalcli", "fetch", f"S0001..S{symbols:04d}", *words)
    return file


def _pipeline(bars: Path, *words: str) -> Usage:
    return run_python("-m", "signalcli", "run", "--source", str(bars), *words, *FRESH)


def _each(used: Usage, symbols: int) -> Usage:
    return Usage(used.wall / symbols, used.cpu / symbols, used.peak)


@contextmanager
def _two_workers(file: Path) -> Iterator[Path]:
    """Scheduler file of a scheduler on loopback with two workers, each a process with one thread."""
    place = ("--scheduler-file", str(file), "--no-dashboard")
    started = [
        _dask("scheduler", *place, "--host", "127.0.0.1", "--port", "0"),
        _dask("worker", *place, "--nthreads", "1", "--nworkers", "2"),
    ]
    try:
        _wait_for_workers(file)
        yield file
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _dask(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for_workers(file: Path) -> None:
    from distributed import Client

    end = time.monotonic() + WAIT
    while not (file.exists() and json.loads(file.read_text() or "null")):
        if time.monotonic() > end:
            raise RuntimeError("the scheduler does not start")
        time.sleep(0.1)
    with Client(scheduler_file=str(file)) as client:
        client.wait_for_workers(2, timeout=WAIT)
