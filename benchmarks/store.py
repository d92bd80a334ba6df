"""A year of 1-minute bars of 50 symbols into the store and back, beside plain pyarrow."""

from __future__ import annotations

import io
import resource
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.timing import compare, seconds

SYMBOLS = [f"S{i:02d}" for i in range(50)]
MINUTES = 100_000  # 5 M rows in all
SECONDS, GIGABYTES = 20.0, 2.0  # what it may take


def minute_bars(symbol: str) -> pd.DataFrame:
    """A random walk of one-minute bars with prices of four decimals."""
    rng = np.random.default_rng([1, *symbol.encode()])
    close = (100 * np.exp(np.cumsum(1e-4 * rng.standard_normal(MINUTES)))).round(4)
    opens = np.concatenate([close[:1], close[:-1]])
    return pd.DataFrame(
        {
            "symbol": symbol,
            "date": pd.date_range("2024-01-02", periods=MINUTES, freq="min").as_unit("us"),
            "open": opens,
            "high": np.maximum(opens, close) + 0.01,
            "low": np.minimum(opens, close) - 0.01,
            "close": close,
            "volume": rng.integers(1, 10**5, MINUTES).astype("float64"),
        }
    )


def run() -> None:
    """Write, read, read as BARS; then one symbol beside pyarrow's own defaults."""
    from signalcli.data.bars import to_bars
    from signalcli.data.store.shelf import Shelf, Stored

    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), "synthetic-1m-total")
        wrote = sum(seconds(partial(shelf.save, name, Stored(minute_bars(name)))) for name in SYMBOLS)
        read = seconds(lambda: shelf.bars(SYMBOLS))
        checked = seconds(lambda: to_bars(shelf.bars(SYMBOLS), where="store"))
        one = minute_bars("S00")
        report(wrote, read, checked, sum(path.stat().st_size for path in shelf.folder.iterdir()))
        compare(
            "save one symbol / pyarrow to memory", lambda: shelf.save("S00", Stored(one)), lambda: plain(one)
        )


def plain(bars: pd.DataFrame) -> None:
    bars.to_parquet(io.BytesIO(), index=False)


def report(wrote: float, read: float, checked: float, size: int) -> None:
    """Seconds, peak memory and bytes a row, beside what is allowed."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rows = len(SYMBOLS) * MINUTES
    sys.stdout.write(
        f"{rows:,} rows: write {wrote:.1f} s, read {read:.1f} s (limit {SECONDS:g} s together), "
    )
    sys.stdout.write(f"read as BARS {checked:.1f} s\n")
    sys.stdout.write(f"peak {peak:.2f} GB (limit {GIGABYTES:g} GB), {size / rows:.1f} bytes a row on disk\n")
    sys.stdout.flush()
    if wrote + read > SECONDS or peak > GIGABYTES:
        raise SystemExit("slower or larger than it may be")
