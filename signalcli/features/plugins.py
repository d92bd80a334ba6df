"""Features of plug-ins: functions that return Features, named as module:function or installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from signalcli.errors import ConfigError, printable
from signalcli.features.feature import Feature
from signalcli.features.timeseries.panel import Panel
from signalcli.io.user_code import UserCode
from signalcli.schemas import RESERVED

PLUGINS = UserCode("--plugin", "signalcli.features", "function that returns Features")


def plugin_features(name: str) -> list[Feature]:
    """Features of ``module:function``, or of the entry point with that name. Raises ConfigError."""
    with PLUGINS.faults(name):
        function: Callable[[], Any] = PLUGINS.load(name)
        features = list(function())
    return [_guarded(name, _check(name, feature)) for feature in features]


def _guarded(name: str, feature: Feature) -> Feature:
    """The feature, with errors of its function named after the plug-in."""
    return replace(feature, make=partial(_make, name, feature.make))


def _make(name: str, make: Callable[[Panel], np.ndarray], panel: Panel) -> np.ndarray:
    with PLUGINS.faults(name):
        return np.asarray(make(panel), dtype="float64")


def _check(name: str, feature: Any) -> Feature:
    where = f"--plugin {printable(name)}"
    if not isinstance(feature, Feature):
        raise ConfigError("PLUGIN-FEATURE", f"{where}: must return Features, not {type(feature).__name__}")
    if not (isinstance(feature.name, str) and feature.name and feature.name.isprintable()):
        raise ConfigError("PLUGIN-FEATURE", f"{where}: {printable(repr(feature.name))} is no column name")
    if feature.name in RESERVED:
        raise ConfigError("PLUGIN-FEATURE", f"{where}: {printable(feature.name)} is a reserved column name")
    counts = type(feature.look_back) is int and type(feature.lag) is int
    if not counts or feature.look_back < 1 or feature.lag < 0:
        raise ConfigError(
            "PLUGIN-FEATURE",
            f"{where}: {printable(feature.name)} needs look_back of at least 1 and lag of at least 0",
        )
    return feature
