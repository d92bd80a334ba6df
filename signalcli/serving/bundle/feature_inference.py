"""Infer the config of the features from the names of the columns in a table.

The lags show the window and the channels, and numbers in other names the widths. The target is found by
`signalcli.serving.bundle.target_inference`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from signalcli.config.features import CHANNELS, EVERY_SET, STATISTICS, FeatureConfig
from signalcli.features.catalogue import FEATURE_SETS
from signalcli.features.labels.overlap import horizon
from signalcli.schemas import feature_columns
from signalcli.serving.bundle.target_inference import infer_target

_LAG = re.compile(rf"^({'|'.join(CHANNELS)})_lag(\d+)$")
_WIDTH = 7919  # a number that occurs in no feature's name
_DEFAULT = FeatureConfig()


def infer_config(features: pd.DataFrame, columns: list[str]) -> FeatureConfig:
    """The config that makes the most of the columns that a model reads."""
    window, channels, lags = _infer_lags(feature_columns(features), columns)
    widths, statistics = _infer_widths(columns)
    target = infer_target(features) or FeatureConfig(horizon=horizon(features))

    def config_of(sets: tuple[str, ...]) -> FeatureConfig:
        return replace(
            target,
            window=window,
            sets=sets,
            windows=widths,
            statistics=statistics,
            channels=channels,
            lags=lags,
        )

    wanted = set(columns)
    sets = [name for name in EVERY_SET if name != "cross"]
    by_set = {s: {f.name for f in FEATURE_SETS[s](config_of((s,)))} & wanted for s in sets}
    return config_of(_needed_sets(by_set) or _DEFAULT.sets[:1])


def _needed_sets(by_set: dict[str, set[str]]) -> tuple[str, ...]:
    """Sets in order, without those whose columns earlier ones have already, as ``windows`` those of lags."""
    needed: list[str] = []
    for name, columns in by_set.items():
        if columns - set().union(*(by_set[other] for other in needed)):
            needed.append(name)
    return tuple(needed)


def _infer_lags(every: list[str], columns: list[str]) -> tuple[int, tuple[str, ...], tuple[int, ...]]:
    """Window, channels, and the lags if they are not all of the window."""
    matches = [(m[1], int(m[2])) for m in map(_LAG.match, columns) if m]
    deepest = max((int(m[2]) for m in map(_LAG.match, every) if m), default=_DEFAULT.window - 1)
    if not matches:
        return deepest + 1, _DEFAULT.channels, ()
    channels, lags = tuple(dict.fromkeys(c for c, _ in matches)), sorted({k for _, k in matches})
    if lags == list(range(deepest + 1)) and deepest > 0:
        return deepest + 1, _all_or(channels), ()
    return max(_DEFAULT.window, 2), channels, tuple(lags)


def _all_or(channels: tuple[str, ...]) -> tuple[str, ...]:
    """The default channels if the model reads no others: it may read some of them only."""
    return _DEFAULT.channels if set(channels) <= set(_DEFAULT.channels) else channels


def _infer_widths(columns: list[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Widths and statistics of the sets rolling and volatility, in the order of the columns."""
    widths: dict[int, None] = {}
    statistics: dict[str, None] = {}
    for column in columns:
        for pattern, statistic in _patterns():
            match = pattern.fullmatch(column)
            if match:
                widths[int(match[1])] = None
                statistics |= {statistic: None} if statistic else {}
    valid = tuple(w for w in widths if w >= 3)
    return valid or _DEFAULT.windows, tuple(statistics) or _DEFAULT.statistics


@lru_cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of names with a width, and the statistic of each; empty for volatility."""
    config = FeatureConfig(windows=(_WIDTH,), statistics=STATISTICS)
    rolling = zip(FEATURE_SETS["rolling"](config), STATISTICS, strict=True)
    names = [(f.name, s) for f, s in rolling] + [(f.name, "") for f in FEATURE_SETS["volatility"](config)]
    return tuple((re.compile(re.escape(n).replace(str(_WIDTH), r"(\d+)")), s) for n, s in names)
