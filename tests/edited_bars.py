"""Price series and edits of them: what a provider or a user may do to a file of the same market."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd


def bars(rng: np.random.Generator, rows: int = 600) -> pd.DataFrame:
    """Daily closes with clustered volatility and fat tails."""
    volatility = 0.01 * np.clip(np.exp(np.cumsum(rng.normal(0, 0.03, rows))), 0.3, 4)
    closes = 100 * np.exp(np.cumsum(0.7 * volatility * rng.standard_t(4, rows)))
    return pd.DataFrame({"date": pd.bdate_range("2000-01-03", periods=rows), "close": closes})


def cut_end(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table.iloc[: -rng.integers(1, len(table) // 2)]


def cut_start(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table.iloc[rng.integers(1, len(table) // 2) :]


def longer(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    more = bars(rng, int(rng.integers(1, 60)))
    dates = table["date"].iloc[-1] + pd.to_timedelta(np.arange(1, len(more) + 1), "D")
    closes = more["close"] * table["close"].iloc[-1] / 100
    return pd.concat([table, pd.DataFrame({"date": dates, "close": closes})], ignore_index=True)


def scaled(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table.assign(close=table["close"] * np.exp(2 * rng.normal()))


def with_dividends(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    factors = np.ones(len(table))
    factors[rng.integers(0, len(table), max(len(table) // 63, 1))] = 0.99
    return table.assign(close=table["close"] * np.cumprod(factors))


def rounded(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    return table.assign(close=(table["close"] * 100 / table["close"].median()).round(2))


def with_gaps(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table[rng.random(len(table)) > 0.1]


def jittered(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    noise = rng.normal(0, 10 ** rng.uniform(-6, -3.5), len(table))
    return table.assign(close=table["close"] * np.exp(noise))


def moved(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table.assign(date=table["date"] + pd.Timedelta(hours=int(rng.integers(-100, 100))))


def corrected(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    closes = table["close"].to_numpy().copy()
    at = rng.integers(0, len(table), int(rng.integers(1, 12)))
    closes[at] *= np.exp(rng.normal(0, 0.02, len(at)))
    return table.assign(close=closes)


def inverted(table: pd.DataFrame, _rng: np.random.Generator) -> pd.DataFrame:
    return table.assign(close=1e4 / table["close"])


Edit = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]
EDITS: tuple[Edit, ...] = (
    *(cut_end, cut_start, longer, scaled, with_dividends, rounded),
    *(with_gaps, jittered, moved, corrected, inverted),
)


def edited(table: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, list[str]]:
    """One to three random edits in a row, and their names."""
    edits = [EDITS[i] for i in rng.integers(0, len(EDITS), rng.integers(1, 4))]
    for edit in edits:
        table = edit(table, rng).reset_index(drop=True)
    return table, [edit.__name__ for edit in edits]
