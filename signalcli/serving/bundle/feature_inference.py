"""The choice of features that gives a table its columns, found in their names and targets.

The lags say the window and the channels, ``label_end`` the horizon, numbers in other names the widths, and
the dead zone lies between the largest return called flat and the smallest called up or down.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from signalcli.config.features import CHANNELS, EVERY_SET, STATISTICS, FeatureConfig
from signalcli.features.catalogue import MAKERS
from signalcli.schemas import feature_columns
from signalcli.training.walk_forward import horizon

if TYPE_CHECKING:
    import pandas as pd

_LAG = re.compile(rf"^({'|'.join(CHANNELS)})_lag(\d+)$")
_WIDTH = 7919  # a number that no feature has in its name
_D = FeatureConfig()


def guess(features: pd.DataFrame, columns: list[str]) -> FeatureConfig:
    """The choice that makes most of the columns that a model reads."""
    window, channels, ages = _lags(feature_columns(features), columns)
    widths, statistics = _widths(columns)
    known = set(columns)

    def of(sets: tuple[str, ...]) -> FeatureConfig:
        zone = dead_zone(features)
        return FeatureConfig(window, horizon(features), zone, sets, widths, statistics, channels, ages)

    made = {name: {f.name for f in MAKERS[name](of((name,)))} for name in EVERY_SET if name != "cross"}
    chosen = [name for name in made if made[name] & known]
    return of(_fewest(chosen, made, known) or _D.sets[:1])


def _fewest(chosen: list[str], made: dict[str, set[str]], known: set[str]) -> tuple[str, ...]:
    """Sets in order, but none whose columns the others have already, as windows has those of lags."""
    kept: list[str] = []
    for name in chosen:
        others = set().union(*(made[other] for other in kept))
        if (made[name] & known) - others:
            kept.append(name)
    return tuple(kept)


def _lags(every: list[str], columns: list[str]) -> tuple[int, tuple[str, ...], tuple[int, ...]]:
    """Window, channels, and the ages where they are not the whole block."""
    found = [(m[1], int(m[2])) for m in map(_LAG.match, columns) if m]
    deepest = max((int(m[2]) for m in map(_LAG.match, every) if m), default=_D.window - 1)
    if not found:
        return deepest + 1, _D.channels, ()
    channels, ages = tuple(dict.fromkeys(c for c, _ in found)), sorted({k for _, k in found})
    if ages == list(range(deepest + 1)) and deepest > 0:
        return deepest + 1, _all_or(channels), ()
    return max(_D.window, 2), channels, tuple(ages)


def _all_or(channels: tuple[str, ...]) -> tuple[str, ...]:
    """A model that reads some of the default channels was made with all of them."""
    return _D.channels if set(channels) <= set(_D.channels) else channels


def _widths(columns: list[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Widths and statistics of rolling and volatility, in the order in which they stand."""
    widths: dict[int, None] = {}
    statistics: dict[str, None] = {}
    for column in columns:
        for pattern, statistic in _patterns():
            match = pattern.fullmatch(column)
            if match:
                widths[int(match[1])] = None
                statistics |= {statistic: None} if statistic else {}
    wide = tuple(w for w in widths if w >= 3)
    return wide or _D.windows, tuple(statistics) or _D.statistics


@lru_cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Names with a width in them, and the statistic each is of; volatility has none."""
    every = FeatureConfig(windows=(_WIDTH,), statistics=STATISTICS)
    rolling = zip(MAKERS["rolling"](every), STATISTICS, strict=True)
    named = [(f.name, s) for f, s in rolling] + [(f.name, "") for f in MAKERS["volatility"](every)]
    return tuple((re.compile(re.escape(n).replace(str(_WIDTH), r"(\d+)")), s) for n, s in named)


def dead_zone(features: pd.DataFrame) -> float:
    """The shortest decimal that parts flat rows from those that are up or down; 0 with two directions."""
    returns = features["forward_return"].abs()
    labels = features["direction"]
    if not bool((labels == -1).any()):
        return 0.0
    flat = returns[labels == 0].max()
    low = float(flat) if flat > 0 else float(np.nextafter(0, 1))
    return min(shortest_decimal(low, float(returns[(labels == 1) | (labels == -1)].min())), 0.99)


def shortest_decimal(low: float, high: float) -> float:
    """Number of the fewest decimals in low … high, high excluded; low where there is none."""
    for digits in range(17):
        found = float(Decimal(repr(low)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_CEILING))
        if low <= found < high:
            return found
    return low
