"""Features of plug-ins: functions that return Features, named as module:function or installed.

Importing a plug-in runs its code, so only the user may name one: what a file asks for is refused by
`refuse_unnamed` unless the command line names it too, or it is an installed entry point.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from signalcli.errors import ConfigError, SignalcliError, printable
from signalcli.features.feature import Feature
from signalcli.features.timeseries.panel import Panel
from signalcli.schemas import RESERVED

GROUP = "signalcli.features"  # entry-point group


def refuse_unnamed(where: str, asked: Sequence[str], named: Sequence[str]) -> None:
    """Raise ConfigError for plug-ins that a file asks for, and that the user has not named.

    A file must not decide which code is imported; an entry point was installed by the user.
    """
    unnamed = [name for name in asked if name not in named and (":" in name or name not in _installed())]
    if unnamed:
        flag = f"--plugin {printable(','.join(asked))}"
        raise ConfigError(
            "PLUGIN-UNNAMED",
            f"{where}: asks for {printable(', '.join(unnamed))}; if you trust that code, add {flag}",
        )


def plugin_features(name: str) -> list[Feature]:
    """Features of ``module:function``, or of the entry point with that name. Raises ConfigError."""
    with _faults(name):
        features = list(_load(name)())
    return [_guarded(name, _check(name, feature)) for feature in features]


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """Anything that a plug-in raises, SystemExit included, becomes a ConfigError."""
    try:
        yield
    except (SignalcliError, KeyboardInterrupt):
        raise
    except BaseException as error:
        reason = f"{type(error).__name__}: {printable(error)}"
        raise ConfigError("PLUGIN-LOAD", f"--plugin {printable(name)}: {reason}") from error


def _load(name: str) -> Callable[[], Any]:
    module, colon, attribute = name.partition(":")
    if not colon:
        return _load_installed(name)
    if module.partition(".")[0] in sys.stdlib_module_names:
        raise ConfigError(
            "PLUGIN-NAME",
            f"--plugin {printable(name)}: a module of Python itself, not a plug-in; rename yours",
        )
    with _working_folder_last():
        function = getattr(importlib.import_module(module), attribute)
    if not callable(function) or inspect.isbuiltin(function):
        raise ConfigError("PLUGIN-NAME", f"--plugin {printable(name)}: not a function that returns Features")
    return function


@contextmanager
def _working_folder_last() -> Iterator[None]:
    """Modules of the working folder can be imported, and hide no installed one."""
    path, folder = list(sys.path), str(Path.cwd())
    sys.path[:] = [*(p for p in path if p not in {"", folder}), folder]
    try:
        yield
    finally:
        sys.path[:] = path


def _load_installed(name: str) -> Callable[[], Any]:
    installed = _installed()
    if name not in installed:
        names = ", ".join(sorted(installed)) or "none"
        raise ConfigError(
            "PLUGIN-NAME",
            f"--plugin {printable(name)}: must be module:function or an installed name ({names})",
        )
    function: Callable[[], Any] = installed[name].load()
    return function


def _installed() -> dict[str, metadata.EntryPoint]:
    return {point.name: point for point in metadata.entry_points(group=GROUP)}


def _guarded(name: str, feature: Feature) -> Feature:
    """The feature, with errors of its function named after the plug-in."""
    return replace(feature, make=partial(_make, name, feature.make))


def _make(name: str, make: Callable[[Panel], np.ndarray], panel: Panel) -> np.ndarray:
    with _faults(name):
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
