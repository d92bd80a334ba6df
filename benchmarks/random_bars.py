"""Random bars for the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signalcli.io.tables import write_table


def random_bars(
    symbols: Sequence[str], rows: int, *, seed: int = 0, sd: float = 0.01, freq: str = "B"
) -> pd.DataFrame:
    """BARS of independent random walks, ``rows`` a symbol; ``sd`` is the deviation of a log return."""
    rng = np.random.default_rng(seed)
    shape = len(symbols), rows
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, sd, shape), axis=1))
    opens = np.column_stack([close[:, :1], close[:, :-1]]) * np.exp(rng.normal(0.0, sd / 5, shape))
    dates = pd.date_range("2015-01-01", periods=rows, freq=freq).to_numpy("datetime64[us]")
    return pd.DataFrame(
        {
            "symbol": np.repeat(symbols, rows),
            "date": np.tile(dates, len(symbols)),
            "open": opens.ravel(),
            "high": (np.maximum(opens, close) * np.exp(rng.uniform(0, sd, shape))).ravel(),
            "low": (np.minimum(opens, close) * np.exp(-rng.uniform(0, sd, shape))).ravel(),
            "close": close.ravel(),
            "volume": rng.integers(1_000, 10**6, close.size).astype("float64"),
        }
    )


def names(count: int) -> list[str]:
    """Names of ``count`` symbols."""
    return [f"S{i:04d}" for i in range(count)]


def write_bars(symbols: int, rows: int, path: str) -> None:
    """Write random BARS as CSV."""
    write_table(random_bars(names(symbols), rows), path, "csv")
