"""36 features of 2.52 million rows, compared with mlforecast, polars and pandas; and all sets at once.

Each contender is a process that makes the same rows, runs once to warm up, and then runs once a round. The
environment variable YARDSTICK_PYTHON is an interpreter with polars and mlforecast, which needs another pandas
than signalcli. Contenders without their library are left out.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

from benchmarks.processes import Worker
from benchmarks.timing import print_usage, print_usage_ratio

SYMBOLS, BARS, ROUNDS = 1000, 2520, 5

ROWS = """
import sys
import numpy as np, pandas as pd
symbols, bars = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(0)
ret = rng.normal(0.0, 0.01, (symbols, bars))
close = 100.0 * np.exp(np.cumsum(ret, axis=1)).ravel()
names = pd.Series(np.repeat([f"S{i:04d}" for i in range(symbols)], bars))
dates = pd.Series(np.tile(pd.bdate_range("2015-01-01", periods=bars).to_numpy(), symbols))
widths = (5, 10, 20, 60)
"""
WARM_UP = "\nwork()\n"

OURS = """
from signalcli.features import FeatureConfig, select_features
from signalcli.features.build import compute
table = pd.DataFrame({"symbol": names.astype("str"), "date": dates.astype("datetime64[us]"), "open": close,
                      "high": close * 1.01, "low": close * 0.99, "close": close, "volume": 1.0})
features = select_features(FeatureConfig(window=20, sets=("lags", "rolling"), channels=("ret",)))
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
transforms = {1: [f(w) for w in widths for f in (RollingMean, RollingStd, RollingMin, RollingMax)]}
engine = MLForecast(models=[], freq="B", lags=list(range(1, 21)), lag_transforms=transforms, num_threads=2)
work = lambda: engine.preprocess(table, dropna=False)
"""

POLARS = """
import polars as pl
table = pl.DataFrame({"symbol": names.to_numpy(), "ret": ret.ravel()})
r = pl.col("ret")
features = [r.shift(k).over("symbol").alias(f"lag{k}") for k in range(20)]
for w in widths:
    features += [f(w).over("symbol").alias(f"{n}{w}") for n, f in (
        ("mean", r.rolling_mean), ("std", r.rolling_std), ("min", r.rolling_min), ("max", r.rolling_max))]
work = lambda: table.with_columns(features)
"""

PANDAS = """
table = pd.DataFrame({"symbol": names, "ret": ret.ravel()})
def work():
    grouped = table.groupby("symbol", sort=False)["ret"]
    features = {f"lag{k}": grouped.shift(k) for k in range(20)}
    for w in widths:
        rolling = grouped.rolling(w)
        features |= {f"{n}{w}": getattr(rolling, n)().to_numpy() for n in ("mean", "std", "min", "max")}
    return pd.DataFrame(features)
"""

CONTENDERS = {"mlforecast": MLFORECAST, "polars over": POLARS, "pandas groupby": PANDAS}


def run() -> None:
    """The same 36 features by all contenders in turn, then all our sets on 500 symbols × 1,260 bars."""
    yardstick = os.environ.get("YARDSTICK_PYTHON", sys.executable)
    with ExitStack() as stack:
        workers = {"signalcli": stack.enter_context(start(OURS))}
        for name, code in CONTENDERS.items():
            workers[name] = stack.enter_context(start(code, yardstick))
        rounds = [{name: worker.measure() for name, worker in workers.items()} for _ in range(ROUNDS)]
    for name in workers:
        pairs = [(r["signalcli"], r[name]) for r in rounds if r["signalcli"] and r[name]]
        if pairs:
            print_usage(name, [theirs for _, theirs in pairs])
        if pairs and name != "signalcli":
            print_usage_ratio(f"  signalcli / {name}", pairs)
    measure_alone("a tenth of the symbols", start(OURS, symbols=SYMBOLS // 10))
    measure_alone("all sets, 500 × 1,260 rows", start(ALL_SETS, symbols=500, bars=1260))


def start(code: str, interpreter: str = sys.executable, symbols: int = SYMBOLS, bars: int = BARS) -> Worker:
    """Start a contender and warm it up."""
    return Worker(ROWS + code + WARM_UP, str(symbols), str(bars), interpreter=interpreter)


def measure_alone(name: str, worker: Worker) -> None:
    """Print the usage of ours without a yardstick."""
    with worker:
        print_usage(name, [usage for usage in (worker.measure() for _ in range(3)) if usage])
