"""One-minute bars of 50 symbols into the store and back, compared with plain pyarrow."""

from __future__ import annotations

import io
import resource
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.random_bars import names, random_bars
from benchmarks.timing import compare, seconds
from signalcli.schemas import PRICES

if TYPE_CHECKING:
    import pandas as pd

SYMBOLS = names(50)
MINUTES = 100_000  # about a year; 5 M rows in all
MAX_SECONDS, MAX_GIGABYTES = 20.0, 2.0  # of writing and reading


def minute_bars(symbol: str) -> pd.DataFrame:
    """One-minute BARS with prices of four decimals."""
    bars = random_bars([symbol], MINUTES, seed=SYMBOLS.index(symbol), sd=1e-4, freq="min")
    return bars.round(dict.fromkeys(PRICES, 4))


def run() -> None:
    """Write, read, read as BARS; then one symbol against pyarrow with its defaults."""
    from signalcli.data.bars import to_bars
    from signalcli.data.store.bars_file import StoredBars
    from signalcli.data.store.dataset import Dataset

    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(Path(folder), "synthetic-1m-total")
        written = sum(seconds(partial(dataset.save, name, StoredBars(minute_bars(name)))) for name in SYMBOLS)
        read = seconds(lambda: dataset.bars(SYMBOLS))
        checked = seconds(lambda: to_bars(dataset.bars(SYMBOLS), where="store"))
        report(written, read, checked, sum(path.stat().st_size for path in dataset.folder.iterdir()))
        name, one = SYMBOLS[0], minute_bars(SYMBOLS[0])
        compare(
            "save one symbol / pyarrow to memory",
            lambda: dataset.save(name, StoredBars(one)),
            lambda: one.to_parquet(io.BytesIO(), index=False),
        )


def report(written: float, read: float, checked: float, size: int) -> None:
    """Print seconds, peak memory and bytes a row. Raises SystemExit above the limits."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rows = len(SYMBOLS) * MINUTES
    print(
        f"{rows:,} rows: write {written:.1f} s, read {read:.1f} s (limit {MAX_SECONDS:g} s together), "
        f"read as BARS {checked:.1f} s"
    )
    print(
        f"peak {peak:.2f} GB (limit {MAX_GIGABYTES:g} GB), {size / rows:.1f} bytes a row on disk", flush=True
    )
    if written + read > MAX_SECONDS or peak > MAX_GIGABYTES:
        raise SystemExit("store: above the limit of time or memory")
