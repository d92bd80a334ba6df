"""36 features of 2.52 million rows beside mlforecast, polars and pandas; and every set at once.

Each contender is a process of its own that makes the same rows, runs once to be warm, and then takes its
turn in every round. mlforecast wants another pandas than we do: ``YARDSTICK_PYTHON`` names an interpreter
that has it and polars. A contender whose library is missing is left out.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

SYMBOLS, BARS, ROUNDS = 1000, 2520, 5

ROWS = """
import resource, sys, time
import numpy as np, pandas as pd
symbols, bars = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(0)
ret = rng.normal(0.0, 0.01, (symbols, bars))
close = 100.0 * np.exp(np.cumsum(ret, axis=1)).ravel()
names = pd.Series(np.repeat([f"S{i:04d}" for i in range(symbols)], bars))
dates = pd.Series(np.tile(pd.bdate_range("2015-01-01", periods=bars).to_numpy(), symbols))
widths = (5, 10, 20, 60)
"""

SERVE = """
work()
for _ in sys.stdin:
    start = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - start[0], time.process_time() - start[1],
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
"""

OURS = """
from signalcli.features import FeatureConfig, features_of
from signalcli.features.build import compute
table = pd.DataFrame({"symbol": names.astype("str"), "date": dates.astype("datetime64[us]"), "open": close,
                      "high": close * 1.01, "low": close * 0.99, "close": close, "volume": 1.0})
features = features_of(FeatureConfig(window=20, sets=("lags", "rolling"), channels=("ret",)))
assert len(features) == 36
work = lambda: compute(table, features)
"""

ALL_SETS = """
from signalcli.features import EVERY_SET, FeatureConfig, build
from signalcli.config.features import STATISTICS
table = pd.DataFrame({"symbol": names.astype("str"), "date": dates.astype("datetime64[us]"), "open": close,
                      "high": close * np.exp(rng.uniform(0, 0.01, len(close))), "close": close,
                      "low": close * np.exp(-rng.uniform(0, 0.01, len(close))),
                      "volume": rng.integers(1, 10**6, len(close)).astype("float64")})
config = FeatureConfig(sets=EVERY_SET, statistics=STATISTICS)
work = lambda: build(table, config)
"""

MLFORECAST = """
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMax, RollingMean, RollingMin, RollingStd
table = pd.DataFrame({"unique_id": names, "ds": dates, "y": ret.ravel()})
# the value itself is their target: their lag 1 is our lag 0
made = {1: [f(w) for w in widths for f in (RollingMean, RollingStd, RollingMin, RollingMax)]}
engine = MLForecast(models=[], freq="B", lags=list(range(1, 21)), lag_transforms=made, num_threads=2)
work = lambda: engine.preprocess(table, dropna=False)
"""

POLARS = """
import polars as pl
table = pl.DataFrame({"symbol": names.to_numpy(), "ret": ret.ravel()})
r = pl.col("ret")
made = [r.shift(k).over("symbol").alias(f"lag{k}") for k in range(20)]
for w in widths:
    made += [f(w).over("symbol").alias(f"{n}{w}") for n, f in (
        ("mean", r.rolling_mean), ("std", r.rolling_std), ("min", r.rolling_min), ("max", r.rolling_max))]
work = lambda: table.with_columns(made)
"""

PANDAS = """
table = pd.DataFrame({"symbol": names, "ret": ret.ravel()})
def work():
    grouped = table.groupby("symbol", sort=False)["ret"]
    found = {f"lag{k}": grouped.shift(k) for k in range(20)}
    for w in widths:
        rolling = grouped.rolling(w)
        found |= {f"{n}{w}": getattr(rolling, n)().to_numpy() for n in ("mean", "std", "min", "max")}
    return pd.DataFrame(found)
"""

CONTENDERS = {"mlforecast": MLFORECAST, "polars over": POLARS, "pandas groupby": PANDAS}


def started(code: str, python: str, symbols: int = SYMBOLS, bars: int = BARS) -> subprocess.Popen[str]:
    """A contender, warming up."""
    return subprocess.Popen(
        [python, "-c", ROWS + code + SERVE, str(symbols), str(bars)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def turn(process: subprocess.Popen[str]) -> tuple[float, float, float] | None:
    """Wall seconds, processor seconds and peak megabytes of one run; None when its library is missing."""
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None  # noqa: S101
    assert stdout is not None  # noqa: S101
    try:
        stdin.write("\n")
        stdin.flush()
        wall, cpu, peak = map(float, stdout.readline().split())
    except (ValueError, OSError):
        return None
    return wall, cpu, peak


def run() -> None:
    """The same 36 features by everybody in turn, then all our sets on 500 symbols × 1,260 bars."""
    yardstick = os.environ.get("YARDSTICK_PYTHON", sys.executable)
    running = {"signalcli": started(OURS, sys.executable)}
    running |= {name: started(code, yardstick) for name, code in CONTENDERS.items()}
    rounds = [{name: turn(process) for name, process in running.items()} for _ in range(ROUNDS)]
    for name, process in running.items():
        process.kill()
        process.wait()
        pairs = [(r["signalcli"], r[name]) for r in rounds if r["signalcli"] and r[name]]
        if pairs:
            report(name, pairs)
    alone("a tenth of the symbols", started(OURS, sys.executable, SYMBOLS // 10))
    alone("all sets, 500 × 1,260 rows", started(ALL_SETS, sys.executable, 500, 1260))


def alone(name: str, process: subprocess.Popen[str]) -> None:
    """Medians of ours without a yardstick."""
    runs = [found for found in (turn(process) for _ in range(3)) if found]
    process.kill()
    process.wait()
    wall, cpu, peak = (statistics.median(x) for x in zip(*runs, strict=True))
    sys.stdout.write(f"{name:<30} {wall:7.3f} s  cpu {cpu:7.3f} s  {peak:7.0f} MB\n")
    sys.stdout.flush()


def report(name: str, pairs: list[tuple[tuple[float, ...], tuple[float, ...]]]) -> None:
    """Medians of a contender, and of our time over its time in the same round."""
    wall, cpu, peak = (statistics.median(x) for x in zip(*(b for _, b in pairs), strict=True))
    ratios = [statistics.median(a[i] / b[i] for a, b in pairs) for i in (0, 1)]
    sys.stdout.write(
        f"{name:<30} {wall:7.3f} s  cpu {cpu:7.3f} s  {peak:7.0f} MB   "
        f"ours / it: {ratios[0]:5.2f}, cpu {ratios[1]:5.2f}\n"
    )
    sys.stdout.flush()
