"""Features of the feature sets by the name of their column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from signalcli.config.features import CHANNELS, EVERY_SET, STATISTICS, FeatureConfig
from signalcli.features.catalogue import select_features
from signalcli.features.feature import Feature

_LAG = re.compile(r"_lag(0|[1-9]\d{0,4})$")
_WINDOW = re.compile(r"\D([1-9]\d{0,4})$")
_SMALLEST_WINDOW = 3


def features_by_name(names: Sequence[str]) -> dict[str, Feature]:
    """The features of the feature sets that have one of these names, whatever their windows and lags."""
    config, wanted = _widest(names), set(names)
    return {f.name: f for f in select_features(config) if f.name in wanted}


def sets_by_name(names: Sequence[str]) -> dict[str, str]:
    """The feature set of each of these names that one has; the first one where several have it."""
    config, wanted = _widest(names), set(names)
    return {
        feature.name: one
        for one in reversed(EVERY_SET)
        for feature in select_features(replace(config, sets=(one,)))
        if feature.name in wanted
    }


def _widest(names: Sequence[str]) -> FeatureConfig:
    """Every feature set, with the windows and lags that stand in names."""
    lags = [int(m[1]) for m in map(_LAG.search, names) if m]
    windows = {int(m[1]) for m in map(_WINDOW.search, names) if m}
    return FeatureConfig(
        window=max([*lags, 1]) + 1,
        sets=EVERY_SET,
        windows=tuple(sorted(w for w in windows if w >= _SMALLEST_WINDOW)) or (_SMALLEST_WINDOW,),
        statistics=STATISTICS,
        channels=CHANNELS,
    )


def channel_of(name: str) -> str:
    """The series that a lag is taken from; the name itself for any other column."""
    return _LAG.sub("_lag", name)
