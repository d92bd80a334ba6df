"""Checks that a feature knows nothing of later bars, for the test-suite of whoever writes features.

    from signalcli.features import Feature
    from signalcli.testing import assert_causal

    def my_features():  # signalcli features --plugin my_module:my_features
        return [Feature("body", lambda bars: bars["close"] / bars["open"] - 1, 1, "close / open - 1")]

    def test_my_features():
        assert_causal(my_features())

``bars`` holds open, high, low, close, volume and date as arrays (bars, symbols); time runs along the first
axis. An AssertionError names the feature, the promise that it breaks, and the bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from signalcli.features.build import compute
from signalcli.features.feature import Feature, min_history

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ["open", "high", "low", "close", "volume"]


def random_walk(rows: int, seed: int = 0, symbol: str = "AAA") -> pd.DataFrame:
    """BARS of a seeded random walk on weekdays."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.02, rows)))
    opens = close * np.exp(rng.normal(0.0, 0.01, rows))
    return pd.DataFrame(
        {
            "symbol": symbol,
            "date": pd.bdate_range("2000-01-03", periods=rows).astype("datetime64[us]"),
            "open": opens,
            "high": np.maximum(opens, close) * np.exp(rng.uniform(0.0, 0.01, rows)),
            "low": np.minimum(opens, close) / np.exp(rng.uniform(0.0, 0.01, rows)),
            "close": close,
            "volume": rng.integers(1_000, 1_000_000, rows).astype("float64"),
        }
    ).astype({"symbol": "str"})


def assert_causal(features: Sequence[Feature], bars: pd.DataFrame | None = None, cuts: int = 8) -> None:
    """Every promise of every feature, to the last bit.

    Changing or cutting what comes after a bar moves nothing up to it; no bar moves a value ``look_back`` bars
    or more behind it; the newest ``look_back`` bars give the newest value; another symbol changes nothing.

    Parameters
    ----------
    features : sequence of Feature
        What is to be checked.
    bars : pandas.DataFrame, optional
        BARS of one symbol; by default a random walk longer than every look-back.
    cuts : int
        How many bars, spread over the table, are tried.
    """
    walk = random_walk(min_history(list(features)) + 80) if bars is None else bars.reset_index(drop=True)
    table = compute(walk, features)
    for t in np.unique(np.linspace(0, len(walk) - 2, cuts).astype(int)):
        _compare(table, compute(walk.head(t + 1), features), t + 1, f"cutting the table behind row {t}")
        changed = _wild(walk, slice(t + 1, None))
        _compare(table, compute(changed, features), t + 1, f"changing the bars behind row {t}")
    _assert_reach(features, walk, table)
    _assert_parted(features, walk, table)


def _compare(one: pd.DataFrame, other: pd.DataFrame, rows: int, what: str) -> None:
    for name in one.columns:
        a, b = one[name].to_numpy()[:rows], other[name].to_numpy()[:rows]
        moved = np.flatnonzero(~((a == b) | (np.isnan(a) & np.isnan(b))))
        assert len(moved) == 0, f"{name}: {what} moves row {moved[0]} from {a[moved[0]]} to {b[moved[0]]}"  # noqa: S101


def _assert_reach(features: Sequence[Feature], walk: pd.DataFrame, table: pd.DataFrame) -> None:
    """The newest value is the same however wild the bars older than the look-back are, or without them."""
    for feature in features:
        rows = min(feature.look_back, len(walk))
        newest = table[[feature.name]].tail(1)
        for what, bars in (
            (f"leaving out what is older than its look-back of {rows} bars", walk.tail(rows)),
            (
                f"changing what is older than its look-back of {rows} bars",
                _wild(walk, slice(0, len(walk) - rows)),
            ),
        ):
            _compare(newest, compute(bars, [feature]).tail(1), 1, f"{what} counts: it")


def _assert_parted(features: Sequence[Feature], walk: pd.DataFrame, table: pd.DataFrame) -> None:
    """A symbol before and one behind change nothing."""
    import pandas as pd

    neighbours = [random_walk(len(walk) // 2 + 1, 1, " before"), random_walk(len(walk), 2, "~behind")]
    features = [f for f in features if not f.across]
    if not features:
        return
    together = compute(pd.concat([neighbours[0], walk, neighbours[1]], ignore_index=True), features)
    own = together.iloc[len(neighbours[0]) : len(neighbours[0]) + len(walk)]
    _compare(table[list(own.columns)], own, len(walk), "another symbol in the table")


def _wild(bars: pd.DataFrame, rows: slice) -> pd.DataFrame:
    """Other prices and volumes in some rows, by much: what weighs a billionth must show as well."""
    out = bars.copy()
    count = len(out.iloc[rows])
    factor = 1000.0 * np.exp(np.random.default_rng(count).normal(0.0, 0.3, count))
    for name in _NUMBERS:
        values = out[name].to_numpy("float64").copy()
        values[rows] *= factor
        out[name] = values
    return out
