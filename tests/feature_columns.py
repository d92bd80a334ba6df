"""Features as columns of arrays, and the look-back that they really have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from random_bars import PRICES, random_bars
from signalcli.features.build import compute
from signalcli.features.feature import Feature
from signalcli.features.timeseries.lag import lag
from signalcli.features.timeseries.panel import Panel


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


FACTORS = (1e12, 1e-12, 1.3, 1e50)  # the last one shows what weighs less than a float, as in trix15


def loose(features: list[Feature], bars: pd.DataFrame | None = None) -> list[str]:
    """Features whose newest value the oldest bar of their look-back cannot move, or an older one can."""
    found = []
    for back in sorted({f.look_back for f in features}):
        group = [f for f in features if f.look_back == back]
        walk = random_bars(back + 40, 3) if bars is None else bars
        moved, older = _moved(group, walk, back), _moved(group, walk, back + 1)
        found += [f.name for f in group if f.name not in moved or f.name in older]
    return found


def _moved(features: list[Feature], bars: pd.DataFrame, back: int) -> set[str]:
    """Names of the features whose newest value changes with the bar so many bars back."""
    names: set[str] = set()
    still = compute(bars, features).iloc[-1]
    for factor in FACTORS:
        rest = [f for f in features if f.name not in names]
        wild = compute(scaled(bars, -back, factor), rest).iloc[-1] if rest else still.head(0)
        names |= {name for name in wild.index if wild[name] != still[name]}
    return names
