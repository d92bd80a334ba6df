"""Columns that came with the bars: whether one knows what the next bar will be.

Their values are data, so no change of later bars moves them. But the part of a column that the bars up to its
date do not explain should say little about the part of the next return that they do not explain either.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from signalcli.research.audit.finding import Finding, make_finding
from signalcli.schemas import PRICES, feature_columns

LAGS = 5
CORRELATION = 0.3
SIGMAS = 8.0


def probe_given(bars: pd.DataFrame) -> Iterator[Finding]:
    """Columns of the bars that are closer to the next bar than what is known can be."""
    for symbol, part in bars.groupby("symbol"):
        rows = part.sort_values("date", ignore_index=True)
        for column in feature_columns(rows):
            name, r = max(_partial_correlations(rows, column).items(), key=lambda item: item[1])
            if r > CORRELATION and np.arctanh(min(r, 1 - 1e-12)) * np.sqrt(len(rows)) > SIGMAS:
                text = f"{symbol}: what the bars up to a date leave unexplained has a correlation of {r:.2f}"
                first = rows["date"].iloc[0].to_datetime64()
                yield make_finding("bars", column, first, 1, "knows-next", f"{text} with the next {name}")


def _partial_correlations(rows: pd.DataFrame, column: str) -> dict[str, float]:
    """Absolute correlations of a column with moves of the next bar, given the bars up to its date."""
    logs = np.log(rows[[*PRICES]].to_numpy("float64"))
    close = logs[:, 3]
    returns = np.diff(close, prepend=np.nan)
    past = [np.r_[np.full(k, np.nan), returns][: len(returns)] for k in range(LAGS)]
    shape = [logs[:, i] - close for i in range(3)]
    values = rows[column].to_numpy("float64")
    known = np.column_stack([*past, *shape, close, np.log1p(rows["volume"]), np.r_[np.nan, values[:-1]]])
    following = {
        "return": np.r_[returns[1:], np.nan],
        "gap": np.r_[logs[1:, 0] - close[:-1], np.nan],
    }
    return {name: _partial(values, target, known) for name, target in following.items()}


def _partial(x: np.ndarray, y: np.ndarray, known: np.ndarray) -> float:
    """Absolute partial correlation; 0 where nothing is left to explain."""
    used = np.isfinite(x) & np.isfinite(y) & np.isfinite(known).all(axis=1)
    if used.sum() < 4 * known.shape[1]:
        return 0.0
    design = np.column_stack([np.ones(used.sum()), _standard(known[used])])
    pair = np.column_stack([_standard(x[used]), _standard(y[used])])
    left = pair - design @ np.linalg.lstsq(design, pair, rcond=None)[0]
    spread = left.std(axis=0)
    return 0.0 if (spread < 1e-6).any() else float(abs(np.mean(left[:, 0] * left[:, 1]) / spread.prod()))


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
