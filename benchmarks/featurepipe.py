"""``features`` in a pipe, beside polars, which merely reads and writes the same tables; and how both grow.

polars has the finished table in memory before its clock starts; ours makes it, with the start of Python and
everything it imports inside its time. ``features`` of ten times the rows may need ten times the time, and no
more memory.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

BARS, SMALL, LARGE, ROUNDS = 2520, 100, 1000, 3

MAKE = """
import sys
import numpy as np, pandas as pd
from signalcli.io.csv import write_table
symbols, bars, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = np.random.default_rng(0)
close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (symbols, bars)), axis=1)).ravel()
dates = np.tile(pd.bdate_range("2015-01-01", periods=bars).to_numpy("datetime64[us]"), symbols)
table = pd.DataFrame({
    "symbol": np.repeat([f"S{i:04d}" for i in range(symbols)], bars), "date": dates,
    "open": close * np.exp(rng.normal(0.0, 0.002, len(close)))})
table["high"] = np.maximum(table["open"], close) * np.exp(rng.uniform(0, 0.01, len(close)))
table["low"] = np.minimum(table["open"], close) * np.exp(-rng.uniform(0, 0.01, len(close)))
table["close"], table["volume"] = close, rng.integers(1_000, 10**6, len(close)).astype("float64")
write_table(table, path, "csv")
"""

POLARS = """
import sys, time
import polars as pl
from signalcli.io.csv import read_table
from signalcli.features import build
from signalcli.schemas import BARS
path = sys.argv[1]
made = build(read_table(path, BARS))
def column(series):
    if series.name == "symbol":
        return pl.Series(series.to_list())
    if series.dtype.kind == "M":
        return pl.Series(series.to_numpy("datetime64[us]")).cast(pl.Date)
    found = pl.Series(series.to_numpy("float64", na_value=float("nan")), nan_to_null=True)
    return found.cast(pl.Int8) if series.name == "direction" else found
made = pl.DataFrame({name: column(made[name]) for name in made.columns})
def work():
    pl.read_csv(path, try_parse_dates=True)
    made.write_csv("/dev/null")
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - start[0], time.process_time() - start[1], flush=True)
"""


class Taken(NamedTuple):
    """Wall seconds, processor seconds and peak megabytes of a run."""

    wall: float
    cpu: float
    peak: float = float("nan")


def ours(path: Path) -> Taken:
    """``cat bars.csv | signalcli features > /dev/null``."""
    start = time.perf_counter()
    with path.open("rb") as bars, subprocess.Popen(["cat"], stdin=bars, stdout=subprocess.PIPE) as cat:
        command = [sys.executable, "-m", "signalcli", "features"]
        made = subprocess.Popen(command, stdin=cat.stdout, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(made.pid, 0)
        made.returncode = os.waitstatus_to_exitcode(status)
    if made.returncode:
        raise SystemExit(f"signalcli features ended with {made.returncode}")
    return Taken(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def polars(process: subprocess.Popen[str]) -> Taken | None:
    """One turn of the yardstick; None when polars is missing."""
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None  # noqa: S101
    assert stdout is not None  # noqa: S101
    try:
        stdin.write("\n")
        stdin.flush()
        return Taken(*map(float, stdout.readline().split()))
    except (TypeError, ValueError, OSError):
        return None


def run() -> None:
    """The pipe beside polars in turn, and a tenth of it."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.csv", Path(folder) / "large.csv"
        for symbols, path in ((SMALL, small), (LARGE, large)):
            subprocess.run([sys.executable, "-c", MAKE, str(symbols), str(BARS), str(path)], check=True)
        tenth = [ours(small) for _ in range(ROUNDS)]
        with subprocess.Popen(
            [sys.executable, "-c", POLARS, str(large)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as yardstick:
            assert yardstick.stdout is not None  # noqa: S101
            yardstick.stdout.readline()  # the table is there
            rounds = [(ours(large), polars(yardstick)) for _ in range(ROUNDS)]
            yardstick.kill()
    whole = [mine for mine, _ in rounds]
    report(f"features in a pipe, {SMALL * BARS:,} rows", tenth)
    report(f"features in a pipe, {LARGE * BARS:,} rows", whole)
    pairs = [(mine, theirs) for mine, theirs in rounds if theirs]
    if pairs:
        report("polars reads and writes the same", [theirs for _, theirs in pairs])
        wall, cpu = (statistics.median(a[i] / b[i] for a, b in pairs) for i in (0, 1))
        sys.stdout.write(f"ours / polars: {wall:.2f}, cpu {cpu:.2f}\n")


def report(name: str, runs: list[Taken]) -> None:
    """Medians of some runs."""
    wall, cpu, peak = (statistics.median(values) for values in zip(*runs, strict=True))
    sys.stdout.write(f"{name:<38} {wall:7.2f} s  cpu {cpu:7.2f} s  {peak:7.0f} MB\n")
    sys.stdout.flush()
