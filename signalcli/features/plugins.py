"""Features that somebody else declares: a function that returns them, named or installed."""

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

GROUP = "signalcli.features"  # of entry points


def plugin_features(name: str) -> list[Feature]:
    """What ``module:function``, or the entry point of that name, declares. Raises ConfigError."""
    try:
        made = _function(name)()
    except ConfigError:
        raise
    except Exception as error:  # whatever somebody else's code may raise
        said = f"{type(error).__name__}: {printable(error)}"
        raise ConfigError("PLUGIN-LOAD", f"--plugin {printable(name)}: {said}") from error
    return [_checked(name, feature) for feature in made]


def _function(name: str) -> Callable[[], Any]:
    module, colon, attribute = name.partition(":")
    if not colon:
        return _installed(name)
    here = str(Path.cwd())
    sys.path.insert(0, here)  # a console script does not look where it was called
    try:
        found: Callable[[], Any] = getattr(importlib.import_module(module), attribute)
    finally:
        sys.path.remove(here)
    return found


def _installed(name: str) -> Callable[[], Any]:
    known = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise ConfigError(
            "PLUGIN-NAME", f"--plugin {printable(name)}: must be module:function, or installed ({there})"
        )
    found: Callable[[], Any] = known[name].load()
    return found


def _checked(name: str, feature: Any) -> Feature:
    where = f"--plugin {printable(name)}"
    if not isinstance(feature, Feature):
        raise ConfigError("PLUGIN-FEATURE", f"{where}: must return Features, not {type(feature).__name__}")
    if feature.name in RESERVED or feature.look_back < 1 or feature.lag < 0:
        raise ConfigError("PLUGIN-FEATURE", f"{where}: {printable(feature.name)} cannot be a feature")
    return feature
