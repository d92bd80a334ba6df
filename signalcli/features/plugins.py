"""Features of plug-ins: functions that return Features, named as module:function or installed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from signalcli.errors import ConfigError, printable
from signalcli.features.feature import Feature
from signalcli.schemas import RESERVED

GROUP = "signalcli.features"  # entry-point group


def plugin_features(name: str) -> list[Feature]:
    """Features of ``module:function``, or of the entry point with that name. Raises ConfigError."""
    try:
        features = _load(name)()
    except ConfigError:
        raise
    except Exception as error:  # a plug-in may raise anything
        reason = f"{type(error).__name__}: {printable(error)}"
        raise ConfigError("PLUGIN-LOAD", f"--plugin {printable(name)}: {reason}") from error
    return [_check(name, feature) for feature in features]


def _load(name: str) -> Callable[[], Any]:
    module, colon, attribute = name.partition(":")
    if not colon:
        return _load_installed(name)
    working_directory = str(Path.cwd())
    sys.path.insert(0, working_directory)  # a console script does not search the working directory
    try:
        function: Callable[[], Any] = getattr(importlib.import_module(module), attribute)
    finally:
        sys.path.remove(working_directory)
    return function


def _load_installed(name: str) -> Callable[[], Any]:
    installed = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if name not in installed:
        names = ", ".join(sorted(installed)) or "none"
        raise ConfigError(
            "PLUGIN-NAME",
            f"--plugin {printable(name)}: must be module:function or an installed name ({names})",
        )
    function: Callable[[], Any] = installed[name].load()
    return function


def _check(name: str, feature: Any) -> Feature:
    where = f"--plugin {printable(name)}"
    if not isinstance(feature, Feature):
        raise ConfigError("PLUGIN-FEATURE", f"{where}: must return Features, not {type(feature).__name__}")
    if feature.name in RESERVED:
        raise ConfigError("PLUGIN-FEATURE", f"{where}: {printable(feature.name)} is a reserved column name")
    if feature.look_back < 1 or feature.lag < 0:
        raise ConfigError(
            "PLUGIN-FEATURE",
            f"{where}: {printable(feature.name)} needs look_back of at least 1 and lag of at least 0",
        )
    return feature
