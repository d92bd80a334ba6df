"""``features`` in a pipe, compared with polars, which only reads and writes the same tables; and its growth.

polars has the finished FEATURES in memory before its clock starts; our time contains the start of Python, all
imports and the features. Ten times the rows may take ten times as long, and no more memory.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks.processes import Worker, run_python
from benchmarks.timing import Usage, print_usage, print_usage_ratio

BARS, SMALL, LARGE, ROUNDS = 2520, 100, 1000, 3

WRITE_BARS = """
import sys
from benchmarks.random_bars import write_bars
write_bars(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
"""

POLARS = """
import sys
import polars as pl
from signalcli.io.tables import read_table
from signalcli.features import build
from signalcli.schemas import BARS
path = sys.argv[1]
features = build(read_table(path, BARS))
def column(series):
    if series.name == "symbol":
        return pl.Series(series.to_list())
    if series.dtype.kind == "M":
        return pl.Series(series.to_numpy("datetime64[us]")).cast(pl.Date)
    values = pl.Series(series.to_numpy("float64", na_value=float("nan")), nan_to_null=True)
    return values.cast(pl.Int8) if series.name == "direction" else values
features = pl.DataFrame({name: column(features[name]) for name in features.columns})
def work():
    pl.read_csv(path, try_parse_dates=True)
    features.write_csv("/dev/null")
"""


def run() -> None:
    """A tenth of the bars, then all of them in turn with polars."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (str(Path(folder) / name) for name in ("small.csv", "large.csv"))
        for symbols, path in ((SMALL, small), (LARGE, large)):
            run_python("-c", WRITE_BARS, str(symbols), str(BARS), path)
        tenth = [run_features(small) for _ in range(ROUNDS)]
        with Worker(POLARS, large) as polars:
            rounds = [(run_features(large), polars.measure()) for _ in range(ROUNDS)]
    print_usage(f"features in a pipe, {SMALL * BARS:,} rows", tenth)
    print_usage(f"features in a pipe, {LARGE * BARS:,} rows", [ours for ours, _ in rounds])
    pairs = [(ours, theirs) for ours, theirs in rounds if theirs]
    if pairs:
        print_usage("polars reads and writes the same", [theirs for _, theirs in pairs])
        print_usage_ratio("features in a pipe / polars", pairs)


def run_features(path: str) -> Usage:
    """Usage of signalcli in ``cat bars.csv | signalcli features > /dev/null``."""
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        return run_python("-m", "signalcli", "features", stdin=cat.stdout)
