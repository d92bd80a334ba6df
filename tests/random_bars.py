"""Bars for tests: random ones, and those on which formulas like to break."""

from __future__ import annotations

import numpy as np
import pandas as pd

PRICES = ["open", "high", "low", "close"]


def random_bars(rows: int, seed: int = 0, symbol: str = "AAA", start: str = "2020-01-01") -> pd.DataFrame:
    """BARS of a random walk with nights, on weekdays."""
    rng = np.random.default_rng([seed, *symbol.encode()])
    close = 50 * np.exp(np.cumsum(0.02 * rng.standard_normal(rows)))
    opens = np.concatenate([close[:1], close[:-1]]) * np.exp(0.01 * rng.standard_normal(rows))
    return pd.DataFrame(
        {
            "symbol": symbol,
            "date": pd.bdate_range(start, periods=rows).astype("datetime64[us]"),
            "open": opens,
            "high": np.maximum(opens, close) * (1 + 0.01 * rng.random(rows)),
            "low": np.minimum(opens, close) * (1 - 0.01 * rng.random(rows)),
            "close": close,
            "volume": rng.integers(1_000, 1_000_000, rows).astype("float64"),
        }
    )


def constant_price(rows: int) -> pd.DataFrame:
    """A price that never moved; .1 + .1 + .1 is not .3, so means of it are not exact."""
    return random_bars(rows).assign(**dict.fromkeys(PRICES, 0.1))


def zero_volume(rows: int) -> pd.DataFrame:
    """An index: prices without volume."""
    return random_bars(rows).assign(volume=0.0)


def unknown_volume(rows: int) -> pd.DataFrame:
    """Volume unknown now and then."""
    bars = random_bars(rows)
    return bars.assign(volume=bars["volume"].where(np.arange(rows) % 7 != 3))


def one_jump(rows: int) -> pd.DataFrame:
    """Flat but for one day on which the price doubles."""
    factor = np.where(np.arange(rows) < rows // 2, 1.0, 2.0)
    return constant_price(rows).assign(**dict.fromkeys(PRICES, 0.1 * factor))


SORTS = {f.__name__: f for f in (random_bars, constant_price, zero_volume, unknown_volume, one_jump)}


def changed_after(bars: pd.DataFrame, t: int, seed: int = 1) -> pd.DataFrame:
    """The same dates with every price and volume behind row t replaced."""
    rng = np.random.default_rng(seed)
    out = bars.copy()
    later = np.arange(len(out)) > t
    factor = np.exp(rng.normal(0, 0.3, len(out)))
    out.loc[later, PRICES] = out.loc[later, PRICES].mul(factor[later], axis=0)
    out.loc[later, "volume"] = rng.integers(1, 10**7, later.sum()).astype("float64")
    return out
