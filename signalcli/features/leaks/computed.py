"""Columns of FEATURES that are computed from the bars of the table: they know no later bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signalcli.errors import DataError
from signalcli.features.build import compute
from signalcli.features.feature import Feature
from signalcli.features.named import features_by_name
from signalcli.schemas import BARS

CLOSE = 1e-5  # relative; features may be stored as 32-bit floats


def computed_columns(features: pd.DataFrame, columns: Sequence[str]) -> set[str]:
    """Which columns equal a feature that is computed again; the name alone proves nothing.

    Rows of a symbol before the look-back of a feature may differ: older bars may have been cut off. In a
    table without later rows all must be equal.
    """
    known = list(features_by_name(columns).values())
    bars = features[list(BARS.columns)]
    place = features.groupby("symbol").cumcount().to_numpy() + 1
    same: set[str] = set()
    for group in ([f for f in known if not f.across], [f for f in known if f.across]):
        try:
            again = compute(bars, group) if group else pd.DataFrame()
        except DataError:  # exchanges that close at different hours: left to the test
            continue
        same |= {f.name for f in group if _is_same(features[f.name], again[f.name], place >= f.look_back)}
    return same


def _is_same(column: pd.Series[float], again: pd.Series[float], settled: np.ndarray) -> bool:
    looked_at = settled if settled.any() else ~settled
    one, other = (values.to_numpy("float64")[looked_at] for values in (column, again))
    return np.allclose(one, other, rtol=CLOSE, atol=1e-12, equal_nan=True)


def is_causal(feature: Feature, bars: pd.DataFrame, cuts: int = 5) -> bool:
    """Whether a declared feature keeps its newest values when the bars after them are cut off."""
    longest = bars.loc[bars["symbol"] == bars["symbol"].value_counts().idxmax(), list(BARS.columns)]
    longest = longest.reset_index(drop=True)
    whole = compute(longest, [feature])[feature.name].to_numpy("float64")
    ends = np.linspace(len(longest) / 2, len(longest) - 1, cuts).astype(int)
    parts = [compute(longest.iloc[:end], [feature])[feature.name].to_numpy("float64") for end in ends]
    newest = [(part[-1], whole[end - 1]) for part, end in zip(parts, ends, strict=True)]
    cut, uncut = np.array(newest).T
    return bool(np.array_equal(cut, uncut, equal_nan=True))
