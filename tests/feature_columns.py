"""Features as columns of arrays, and the look-back that they really have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from random_bars import PRICES, random_bars
from signalcli.features.build import compute
from signalcli.features.feature import Feature
from signalcli.features.panel import Panel
from signalcli.features.windows import lag


def of_features(features: list[Feature], bars: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each feature of one symbol's arrays, (bars,)."""
    panel = Panel({name: np.asarray(x) for name, x in bars.items()})
    with np.errstate(all="ignore"):
        return {f.name: lag(f.make(panel), f.lag) for f in features}


def scaled(bars: pd.DataFrame, row: int, factor: float) -> pd.DataFrame:
    """The bars with one of them scaled, prices each a little differently, the volume as well."""
    out = bars.copy()
    out.loc[out.index[row], PRICES] *= np.array([1.0, 1.3, 0.9, 1.1]) * factor
    out.loc[out.index[row], "volume"] *= factor * 1.7
    return out


def oldest_that_counts(feature: Feature, seed: int = 3) -> int:
    """Bars up to the oldest one that moves the newest value when wild; 1 where only dates count."""
    bars = random_bars(feature.look_back + 40, seed)
    moved = 1
    for factor in (1e12, 1e-12, 1.3):
        for back in range(max(feature.look_back - 1, 1), feature.look_back + 2):
            wild = compute(scaled(bars, -back, factor), [feature])[feature.name].to_numpy()[-1]
            still = compute(bars, [feature])[feature.name].to_numpy()[-1]
            moved = back if wild != still and back > moved else moved
    return moved
