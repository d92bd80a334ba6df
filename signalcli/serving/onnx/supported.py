"""What no graph can hold, told from the settings: before a long walk-forward, not after it."""

from __future__ import annotations

from typing import Any

from signalcli.config.fit import FitConfig
from signalcli.errors import UsageError, printable
from signalcli.models.registry import create
from signalcli.serving.onnx.converters import family_of
from signalcli.serving.onnx.network.activations import NAMES

FUNCTIONS = ("activation", "recurrent_activation", "dense_activation")


def refuse_unsaved(config: FitConfig) -> None:
    """Raise UsageError for a model of the config that `signalcli.serving.bundle.save` could not write."""
    for model in config.models:
        _refuse(create(model, **config.settings.get(model, {})))


def _refuse(estimator: Any) -> None:
    family = family_of(estimator)
    if family == "network":
        for name in FUNCTIONS:
            _refuse_function(name, getattr(estimator, name))
    if family == "ensemble":
        members = (estimator.members,) if isinstance(estimator.members, str) else estimator.members
        for member in members:
            _refuse(create(member, **(estimator.settings or {}).get(member, {})))


def _refuse_function(name: str, value: str | None) -> None:
    if value is not None and value not in NAMES:
        raise UsageError(
            "BUNDLE-MODEL", f"{name}={printable(value)} cannot be saved; --save knows {', '.join(NAMES)}"
        )
